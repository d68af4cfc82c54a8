// prettier-ignore
const LATIN: Record<string, string> = {
  а: 'a', б: 'b', в: 'v', г: 'g', д: 'd', е: 'e', ё: 'e', ж: 'zh', з: 'z', и: 'i', й: 'i', к: 'k', л: 'l', м: 'm',
  н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'kh', ц: 'ts', ч: 'ch', ш: 'sh', щ: 'shch',
  ъ: 'ie', ы: 'y', ь: '', э: 'e', ю: 'iu', я: 'ia', '№': 'No.', '—': '-', '«': '"', '»': '"',
};

/** Russian in Latin letters (ICAO Doc 9303, part 3, section 6), for phones that show no Cyrillic. */
export const transliterate = (text: string): string =>
  [...text]
    .map((char) => {
      const latin = LATIN[char.toLowerCase()];
      if (latin === undefined || char === char.toLowerCase()) return latin ?? char;
      return latin.charAt(0).toUpperCase() + latin.slice(1);
    })
    .join('');
