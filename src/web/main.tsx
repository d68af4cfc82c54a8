import './base.css';
import { createRoot } from 'react-dom/client';
import { App, loadPage } from './app.tsx';
import { language } from './preferences.ts';
import { loadWords } from './texts/words.ts';

// Side by side, so that nothing waits for the other
const [words] = await Promise.all([loadWords(language()), loadPage()]);
createRoot(document.getElementById('page')!).render(<App first={words} />);
