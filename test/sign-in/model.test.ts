import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { StandingClock } from '../support/clock.ts';
import { rounds } from '../support/rounds.ts';
import { type Running, startProduct } from '../support/running.ts';
import { met, signInFirst, stories } from './model/commands.ts';
import { ModelLine, RULES } from './model/line.ts';
import { RealLine } from './model/real-line.ts';

let product: Running;
beforeAll(async () => {
  product = await startProduct({
    clock: new StandingClock(),
    // SMS are handed over as the story goes
    works: false,
    settings: {
      TRUST_PROXY: '1',
      SIGN_IN_TRIES: String(RULES.tries),
      SIGN_IN_TRIES_PER_DAY: String(RULES.triesPerDay),
    },
  });
});
afterAll(() => product.stop());

/** Without these a run would have shown little. */
const TO_BE_MET = [
  'request → SmsPasswordRequested',
  'request → TooManyRequests',
  'the SMSC accepts',
  'the SMSC refuses',
  'the SMSC is not heard',
  'sign in → SignedIn',
  'sign in → InvalidCredentials',
  'sign in → SmsPasswordSuperseded',
  'sign in → SmsPasswordExpired',
  'sign in → SignInLocked',
  'guess → SignInLocked',
  'change → PasswordChanged',
  'change → PasswordTooWeak',
  'change → InvalidCredentials',
  'refresh → SignedIn',
  'refresh → SessionExpired',
  'sign out → many',
  'revoke → Revoked',
  'revoke → NotFound',
  'revoke → UNAUTHENTICATED',
];

test(
  'any story of requests, SMS, sign-ins, changes, refreshes, endings and time goes as the rules of the model say',
  { timeout: 3_600_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(stories, async ({ signedIn, steps }) => {
        const [model, real] = [new ModelLine(), await RealLine.create(product)];
        if (signedIn) await signInFirst(model, real);
        await fc.asyncModelRun(() => ({ model, real }), steps);
      }),
      // The same stories in each short run, others in each long one
      { numRuns: rounds(24, 1_000), ...(process.env['LONG'] ? {} : { seed: 1 }) },
    );
    expect([...met.keys()]).toEqual(expect.arrayContaining(TO_BE_MET));
    expect(product.log()).not.toMatch(/"level":(50|60)/);
  },
);
