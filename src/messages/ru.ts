import type { Messages } from './messages.ts';

const list = (items: string[]) => items.map((item) => `«${item}»`).join(', ');

export const ru: Messages = {
  failures: {
    InvalidPhoneNumber: () =>
      'Это не похоже на номер телефона. Введите его, например, так: +7 916 000-00-01.',
    CaptchaRejected: () => 'Код с картинки введён неверно или устарел. Запросите новую картинку.',
    TooManyRequests: ({ retryAt }, { time }) =>
      `Слишком много запросов. Попробуйте снова после ${time(retryAt)}.`,
    InvalidCredentials: () => 'Неверный номер или пароль. Проверьте их или получите новый пароль по SMS.',
    SignInLocked: ({ retryAt }, { time }) =>
      retryAt
        ? `Слишком много неверных попыток. Попробуйте снова после ${time(retryAt)}.`
        : 'Слишком много неверных попыток. Получите новый пароль по SMS.',
    SmsPasswordExpired: () => 'Срок этого пароля из SMS истёк. Получите новый.',
    SmsPasswordSuperseded: ({ typedNumber, currentNumber }) =>
      `Это пароль № ${typedNumber}, а действует № ${currentNumber}. Введите пароль из последнего SMS.`,
    SessionExpired: () => 'Сеанс завершён. Войдите снова.',
    PasswordTooWeak: ({ length }) =>
      length
        ? `В пароле должно быть от ${length.min} до ${length.max} знаков.`
        : 'Этот пароль слишком легко подобрать. Придумайте более длинный и необычный.',
    ServiceNotFound: () => 'Такой услуги нет.',
    ServiceAlreadyActive: () => 'Услуга уже подключена.',
    ServiceNotActive: () => 'Услуга не подключена.',
    SupportOnly: ({ supportPhone }, { phone }) => `С этим поможет только поддержка: ${phone(supportPhone)}.`,
    ServiceConflict: ({ conflictsWith }, { service }) =>
      `Услуга несовместима с подключённой: ${list(conflictsWith.map(service))}.`,
    ServiceRequires: ({ requires }, { service }) =>
      `Сначала подключите одну из услуг: ${list(requires.map(service))}.`,
    ServiceRequiredBy: ({ requiredBy }, { service }) =>
      `Сначала отключите то, что без неё не работает: ${list(requiredBy.map(service))}.`,
    ServiceUnavailableOnTariff: ({ tariffs }, { tariff }) =>
      tariffs.length
        ? `На вашем тарифе услуги нет. Она есть на тарифах: ${list(tariffs.map(tariff))}.`
        : 'На вашем тарифе услуги нет.',
    InsufficientFunds: ({ available, required }, { money, seesBalance }) =>
      seesBalance
        ? `На счёте доступно ${money(available)}, а нужно ${money(required)}. Пополните счёт на ${money(required - available)}.`
        : `Нужно ${money(required)}, на счёте меньше. Пополните счёт.`,
    LineSuspended: () => 'Номер приостановлен. Пополните счёт; если не поможет, позвоните в поддержку.',
    OrderInProgress: () => 'Предыдущий заказ ещё выполняется. Дождитесь его завершения.',
    IdempotencyKeyReused: () => 'С этим ключом уже был другой запрос. Повторите с новым ключом.',
    TariffNotFound: () => 'Такого тарифа нет.',
    TariffArchived: () => 'Этот тариф закрыт для подключения.',
    SameTariff: () => 'Вы уже на этом тарифе.',
    QuoteExpired: () => 'Предложение устарело. Запросите новое.',
    RecentSimChange: ({ until }, { time }) =>
      `SIM-карту недавно меняли. Из соображений безопасности это станет доступно ${time(until)}.`,
    InvalidPeriod: ({ earliest, latest, maxDays }) =>
      `Выберите период не длиннее ${maxDays} дней, с ${earliest} по ${latest}.`,
    InvalidDelivery: () => 'Укажите адрес электронной почты, если детализацию нужно прислать письмом.',
    PassportRequired: () => 'Для этой услуги нужны паспортные данные владельца номера.',
    PassportMismatch: () => 'Паспортные данные не совпадают с данными владельца.',
    NotFound: () => 'Не найдено.',
    OrderNotCancellable: () => 'Заказ уже передан в сеть, или отменить его может только поддержка.',
  },
  orderFailures: {
    REFUSED_BY_NETWORK: 'Сеть не смогла выполнить заказ. Деньги не списаны, попробуйте позже.',
    NETWORK_UNREACHABLE: 'Сеть не отвечает. Деньги не списаны, попробуйте позже.',
    TIMED_OUT: 'Заказ не выполнен вовремя. Деньги не списаны, попробуйте позже.',
    CANCELLED_BY_OPERATOR: 'Заказ отменён оператором. Деньги не списаны.',
    DELIVERY_FAILED: 'Не удалось доставить файл. Закажите его снова.',
    INTERNAL: 'Заказ не выполнен из-за ошибки у нас. Деньги не списаны, попробуйте снова.',
  },
  smsPassword: (password, number) => `Пароль № ${number}: ${password}. Никому не сообщайте`,
  notices: {
    PASSWORD_CHANGED: 'Ваш пароль изменён. Если это не вы, получите новый пароль по SMS',
    LINE_SUSPENDED: 'Номер приостановлен: на счёте мало денег для оплаты. Пополните счёт',
    LINE_RESTORED: 'Ваш номер снова работает',
    TARIFF_CHANGED: 'Ваш тариф изменён. Если это не вы, позвоните в поддержку',
    STATEMENT_MAILED: 'Детализация заказана на эл. почту. Не вы? Позвоните в поддержку',
    PARTNER_ALLOWED: 'Приложению открыт доступ к счёту. Не вы? Позвоните в поддержку',
  },
  charges: {
    CALLS: 'Звонки',
    MESSAGES: 'Сообщения',
    DATA: 'Интернет',
    SERVICE_FEES: 'Плата за услуги',
    TARIFF_FEES: 'Плата за тариф',
    OTHER: 'Прочее',
  },
  serviceOrder: (kind, service) => `${kind === 'ACTIVATE' ? 'Подключение' : 'Отключение'}: «${service}»`,
  tariffChange: (tariff) => `Переход на тариф «${tariff}»`,
  detailOrder: (from, to) => `Детализация за ${from} – ${to}`,
  statementMail: ({ phoneNumber, from, to, link }) => ({
    subject: `Детализация ${phoneNumber} за ${from} – ${to}`,
    text: link ? `Файл слишком велик для письма. Скачайте его: ${link}` : 'Детализация во вложении.',
  }),
  menu: {
    SERVICES: 'Услуги',
    TARIFF: 'Смена тарифа',
    COST_CONTROL: 'Контроль расходов',
    DETAIL_ORDERS: 'Детализация',
    PASSWORD: 'Смена пароля',
    SESSIONS: 'Сеансы',
  },
  menuReasons: { lineSuspended: 'Номер приостановлен: пополните счёт или позвоните в поддержку' },
};
