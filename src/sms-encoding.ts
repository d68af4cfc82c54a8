/** GSM 7-bit default alphabet and its extension (3GPP TS 23.038, 6.2.1). */
const GSM7 =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const GSM7_EXTENSION = '^{}\\[~]|€';
/** What one message holds, and each part of a longer one, whose header takes six bytes (3GPP TS 23.040, 9.2.3.24.1). */
const ROOM = { GSM7: { alone: 160, part: 153 }, UCS2: { alone: 70, part: 67 } };

export interface SmsEncoding {
  encoding: 'GSM7' | 'UCS2';
  segments: number;
}

/** How a text travels. */
export function encodingOf(text: string): SmsEncoding {
  const { encoding, parts } = partsOf(text);
  return { encoding, segments: parts.length };
}

/** The messages that a text goes out in, none of them longer than one may be, no character in two of them. */
export function partsOf(text: string): { encoding: SmsEncoding['encoding']; parts: string[] } {
  const chars = [...text];
  const encoding = chars.every((char) => GSM7.includes(char) || GSM7_EXTENSION.includes(char))
    ? 'GSM7'
    : 'UCS2';
  // An extension character takes two septets, one beyond the first plane two units
  const lengthOf = (char: string) => (encoding === 'UCS2' ? char.length : GSM7.includes(char) ? 1 : 2);
  const { alone, part } = ROOM[encoding];
  if (chars.reduce((sum, char) => sum + lengthOf(char), 0) <= alone) return { encoding, parts: [text] };
  const parts: string[] = [];
  let room = 0;
  for (const char of chars) {
    room -= lengthOf(char);
    if (room < 0) {
      parts.push('');
      room = part - lengthOf(char);
    }
    parts[parts.length - 1] += char;
  }
  return { encoding, parts };
}
