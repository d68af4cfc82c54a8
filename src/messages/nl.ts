import type { Messages } from './messages.ts';

const list = (items: string[]) => items.map((item) => `“${item}”`).join(', ');

export const nl: Messages = {
  failures: {
    InvalidPhoneNumber: () => 'Dit lijkt geen telefoonnummer. Typ het bijvoorbeeld zo: +7 916 000-00-01.',
    CaptchaRejected: () => 'De code van het plaatje klopt niet of is verlopen. Vraag een nieuw plaatje.',
    TooManyRequests: ({ retryAt }, { time }) => `Te veel aanvragen. Probeer het opnieuw na ${time(retryAt)}.`,
    InvalidCredentials: () =>
      'Nummer of wachtwoord klopt niet. Controleer ze of vraag een nieuw wachtwoord per sms.',
    SignInLocked: ({ retryAt }, { time }) =>
      retryAt
        ? `Te veel foute pogingen. Probeer het na ${time(retryAt)} opnieuw.`
        : 'Te veel foute pogingen. Vraag een nieuw wachtwoord per sms aan.',
    SmsPasswordExpired: () => 'Dit wachtwoord uit de sms is verlopen. Vraag een nieuw aan.',
    SmsPasswordSuperseded: ({ typedNumber, currentNumber }) =>
      `Dit is wachtwoord nr. ${typedNumber}, maar nr. ${currentNumber} geldt. Typ dat uit de laatste sms.`,
    SessionExpired: () => 'De sessie is beëindigd. Meld u opnieuw aan.',
    PasswordTooWeak: ({ length }) =>
      length
        ? `Een wachtwoord heeft ${length.min} tot ${length.max} tekens.`
        : 'Dit wachtwoord is te makkelijk te raden. Kies een langer en ongewoner wachtwoord.',
    ServiceNotFound: () => 'Deze dienst bestaat niet.',
    ServiceAlreadyActive: () => 'De dienst staat al aan.',
    ServiceNotActive: () => 'De dienst staat niet aan.',
    SupportOnly: ({ supportPhone }, { phone }) => `Alleen de klantenservice kan dit: ${phone(supportPhone)}.`,
    ServiceConflict: ({ conflictsWith }, { service }) =>
      `De dienst gaat niet samen met ${list(conflictsWith.map(service))}.`,
    ServiceRequires: ({ requires }, { service }) =>
      `Zet eerst een van deze diensten aan: ${list(requires.map(service))}.`,
    ServiceRequiredBy: ({ requiredBy }, { service }) =>
      `Zet eerst uit wat niet zonder werkt: ${list(requiredBy.map(service))}.`,
    ServiceUnavailableOnTariff: ({ tariffs }, { tariff }) =>
      tariffs.length
        ? `Uw abonnement kent deze dienst niet. Deze wel: ${list(tariffs.map(tariff))}.`
        : 'Uw abonnement kent deze dienst niet.',
    InsufficientFunds: ({ available, required }, { money, seesBalance }) =>
      seesBalance
        ? `Er is ${money(available)} beschikbaar, maar ${money(required)} nodig. Waardeer ${money(required - available)} op.`
        : `Er is ${money(required)} nodig, en het tegoed is kleiner. Waardeer op.`,
    LineSuspended: () => 'De lijn is geblokkeerd. Waardeer op; helpt dat niet, bel dan de klantenservice.',
    OrderInProgress: () => 'De vorige bestelling loopt nog. Wacht tot die klaar is.',
    IdempotencyKeyReused: () => 'Deze sleutel hoort bij een andere aanvraag. Herhaal met een nieuwe sleutel.',
    TariffNotFound: () => 'Dit tarief bestaat niet.',
    TariffArchived: () => 'Dit tarief is gesloten voor nieuwe klanten.',
    SameTariff: () => 'U hebt dit tarief al.',
    QuoteExpired: () => 'De offerte is verlopen. Vraag een nieuwe aan.',
    RecentSimChange: ({ until }, { time }) =>
      `De simkaart is onlangs vervangen. Voor de veiligheid kan dit pas vanaf ${time(until)}.`,
    InvalidPeriod: ({ earliest, latest, maxDays }) =>
      `Kies een periode van hoogstens ${maxDays} dagen, van ${earliest} tot en met ${latest}.`,
    InvalidDelivery: () => 'Geef een e-mailadres op als de specificatie gemaild moet worden, en anders niet.',
    PassportRequired: () => 'Voor deze dienst zijn de paspoortgegevens van de eigenaar nodig.',
    PassportMismatch: () => 'De paspoortgegevens zijn niet die van de eigenaar.',
    NotFound: () => 'Niet gevonden.',
    OrderNotCancellable: () =>
      'De bestelling is al bij het netwerk, of alleen de klantenservice kan haar intrekken.',
  },
  orderFailures: {
    REFUSED_BY_NETWORK:
      'Het netwerk kon de bestelling niet uitvoeren. Er is niets afgeschreven; probeer het later.',
    NETWORK_UNREACHABLE: 'Het netwerk antwoordt niet. Er is niets afgeschreven; probeer het later.',
    TIMED_OUT: 'De bestelling was niet op tijd klaar. Er is niets afgeschreven; probeer het later.',
    CANCELLED_BY_OPERATOR: 'De operator trok de bestelling in. Er is niets afgeschreven.',
    DELIVERY_FAILED: 'Het bestand kon niet worden bezorgd. Bestel het opnieuw.',
    INTERNAL: 'De bestelling mislukte door een fout bij ons. Er is niets afgeschreven; probeer het opnieuw.',
  },
  smsPassword: (password, number) => `Wachtwoord nr. ${number}: ${password}. Houd het geheim`,
  notices: {
    PASSWORD_CHANGED: 'Uw wachtwoord is gewijzigd. Was u dat niet? Vraag een nieuw aan',
    LINE_SUSPENDED: 'Uw nummer is geblokkeerd: te weinig saldo. Waardeer het op',
    LINE_RESTORED: 'Uw nummer werkt weer',
    TARIFF_CHANGED: 'Uw tarief is gewijzigd. Niet door u? Bel de klantenservice',
    STATEMENT_MAILED: 'Specificatie per e-mail aangevraagd. Niet door u? Bel ons',
    PARTNER_ALLOWED: 'Een app heeft toegang tot uw account. Niet door u? Bel ons',
  },
  charges: {
    CALLS: 'Bellen',
    MESSAGES: 'Berichten',
    DATA: 'Internet',
    SERVICE_FEES: 'Dienstkosten',
    TARIFF_FEES: 'Tariefkosten',
    OTHER: 'Overige',
  },
  serviceOrder: (kind, service) => `${kind === 'ACTIVATE' ? 'Toevoegen' : 'Verwijderen'}: ‘${service}’`,
  tariffChange: (tariff) => `Wijziging naar tarief ‘${tariff}’`,
  detailOrder: (from, to) => `Specificatie ${from} t/m ${to}`,
  statementMail: ({ phoneNumber, from, to, link }) => ({
    subject: `Specificatie ${phoneNumber}, ${from} t/m ${to}`,
    text: link
      ? `Het bestand is te groot voor een e-mail. Download het: ${link}`
      : 'De specificatie is bijgevoegd.',
  }),
  menu: {
    SERVICES: 'Diensten',
    TARIFF: 'Ander abonnement',
    COST_CONTROL: 'Kostenbeheer',
    DETAIL_ORDERS: 'Gespecificeerd overzicht',
    PASSWORD: 'Wachtwoord wijzigen',
    SESSIONS: 'Sessies',
  },
  menuReasons: { lineSuspended: 'De lijn is geblokkeerd: waardeer op, of bel de klantenservice' },
};
