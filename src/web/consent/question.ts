import { fetchOnce, fetchSteadily } from '../connection.ts';
import { renew } from '../graphql/session.ts';
import type { Language } from '../preferences.ts';

/** What an app asks for. */
export interface Question {
  partnerName: string;
  scopes: { scope: string; text: string }[];
}

interface Refused {
  errors: { message: string; extensions: { code: string } }[];
}

/** Why the server did not do it, in the person's language. */
export class Refusal extends Error {}

/** The question stands at the very address that the app sent the browser to. */
const ADDRESS = location.pathname;

async function ask<Answer>(language: Language, decision?: 'allow' | 'refuse'): Promise<Answer> {
  const headers = { accept: 'application/json', 'accept-language': language };
  const response = decision
    ? await fetchOnce(ADDRESS, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ decision }),
      })
    : await fetchSteadily(ADDRESS, { headers });
  const answer = (await response.json()) as Answer | Refused;
  if (response.ok) return answer as Answer;
  const [error] = (answer as Refused).errors;
  if (error?.extensions.code === 'UNAUTHENTICATED' && (await renew())) return ask(language, decision);
  throw new Refusal(error?.message);
}

/** @throws Refusal */
export const readQuestion = (language: Language): Promise<Question> => ask(language);

/**
 * Where the browser has to go on to.
 * @throws Refusal
 */
export const answerQuestion = async (language: Language, decision: 'allow' | 'refuse'): Promise<string> =>
  (await ask<{ redirectTo: string }>(language, decision)).redirectTo;
