import { LANGUAGES, prefer, THEMES, usePreferences } from '../preferences.ts';
import { useWords } from '../texts/words.ts';
import styles from './controls.module.css';
import { Icon } from './icon.tsx';

/** The language and the colours: the browser's own lists behind two small signs. */
export function Controls() {
  const { t } = useWords();
  const { language, theme } = usePreferences();
  return (
    <div className={styles['controls']}>
      <label className={styles['control']}>
        <span className="unseen">{t.language}</span>
        <span aria-hidden="true">{language.toUpperCase()}</span>
        <select
          value={language}
          onChange={({ target }) => prefer({ language: LANGUAGES.find((one) => one === target.value) })}
        >
          {LANGUAGES.map((one) => (
            <option key={one} value={one} lang={one}>
              {t.languages[one]}
            </option>
          ))}
        </select>
      </label>
      <label className={styles['control']}>
        <span className="unseen">{t.theme}</span>
        <Icon name={theme} />
        <select
          value={theme}
          onChange={({ target }) => prefer({ theme: THEMES.find((one) => one === target.value) })}
        >
          {THEMES.map((one) => (
            <option key={one} value={one}>
              {t.themes[one]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
