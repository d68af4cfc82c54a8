/** GSM 7-bit default alphabet and its extension (3GPP TS 23.038, 6.2.1). */
const GSM7 =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const GSM7_EXTENSION = '^{}\\[~]|€';

export interface SmsEncoding {
  encoding: 'GSM7' | 'UCS2';
  segments: number;
}

/** How a text travels: 160 septets or 70 UCS-2 units in one message, 153 or 67 in each part of a longer one. */
export function encodingOf(text: string): SmsEncoding {
  const plain = [...text].every((char) => GSM7.includes(char) || GSM7_EXTENSION.includes(char));
  const length = plain
    ? [...text].reduce((sum, char) => sum + (GSM7.includes(char) ? 1 : 2), 0)
    : text.length;
  const [single, part] = plain ? [160, 153] : [70, 67];
  return { encoding: plain ? 'GSM7' : 'UCS2', segments: length <= single ? 1 : Math.ceil(length / part) };
}
