import type { Language } from '../generated/prisma/enums.ts';
import type { PartnerScope } from '../partners/scopes.ts';

/** What is said to a subscriber whom a partner asks for leave. */
interface ConsentWords {
  scopes: Record<PartnerScope, string>;
  signInFirst: string;
  recentSimChange: (until: string) => string;
  expired: string;
}

const ru: ConsentWords = {
  scopes: {
    'line:read': 'видеть ваше имя, номер и баланс',
    'services:read': 'видеть ваши услуги и заявки на них',
    'services:write': 'подключать и отключать услуги, в том числе платные',
    'tariff:read': 'видеть ваш тариф и условия перехода на другой',
    'tariff:write': 'менять тариф, в том числе за плату',
    'spending:read': 'видеть ваши расходы',
  },
  signInFirst: 'Сначала войдите в свой счёт в этом браузере, затем обновите эту страницу.',
  recentSimChange: (until) =>
    `SIM-карта недавно менялась. Ради безопасности доступ можно дать после ${until}.`,
  expired: 'Запрос приложения устарел. Начните в нём заново.',
};

const en: ConsentWords = {
  scopes: {
    'line:read': 'see your name, number and balance',
    'services:read': 'see your services and the orders for them',
    'services:write': 'add and remove services, paid ones included',
    'tariff:read': 'see your tariff, and what a change to another costs',
    'tariff:write': 'change your tariff, for a fee as well',
    'spending:read': 'see what you spend',
  },
  signInFirst: 'First sign in to your account in this browser, then load this page again.',
  recentSimChange: (until) => `The SIM was changed lately. For safety, access can be given from ${until}.`,
  expired: 'The app’s request has expired. Begin again there.',
};

const nl: ConsentWords = {
  scopes: {
    'line:read': 'uw naam, nummer en saldo te zien',
    'services:read': 'uw diensten en de orders daarvoor te zien',
    'services:write': 'diensten aan en uit te zetten, ook betaalde',
    'tariff:read': 'uw abonnement te zien, en wat een overstap kost',
    'tariff:write': 'uw abonnement te wijzigen, ook tegen betaling',
    'spending:read': 'uw uitgaven te zien',
  },
  signInFirst: 'Log eerst in op uw account in deze browser en laad deze pagina daarna opnieuw.',
  recentSimChange: (until) =>
    `De simkaart is onlangs gewijzigd. Voor de veiligheid kan toegang pas worden gegeven vanaf ${until}.`,
  expired: 'Het verzoek van de app is verlopen. Begin daar opnieuw.',
};

const ALL: Record<Language, ConsentWords> = { ru, en, nl };

export const consentWords = (language: Language): ConsentWords => ALL[language];
