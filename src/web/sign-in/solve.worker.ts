import { solveChallenge } from 'altcha-lib/v1';
import type { Challenge } from 'altcha-lib/v1/types';

/** Does the work that shows that a person's device is behind a request, away from what the person sees. */
addEventListener('message', ({ data }: MessageEvent<string>) => {
  const challenge = JSON.parse(data) as Challenge;
  const { algorithm, salt, maxnumber } = challenge;
  void solveChallenge(challenge.challenge, salt, algorithm, maxnumber).promise.then((solution) =>
    postMessage(solution && { ...challenge, ...solution }),
  );
});
