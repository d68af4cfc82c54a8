import { useEffect, useState } from 'react';

export interface Sms {
  to: string;
  from: string;
  text: string;
  at: string;
}

const LOOK_MS = 1_500;
const SHOWN = 20;

/** What the demo operator has sent, newest first; looked at again and again while the page is seen. */
export function useSms(): Sms[] {
  const [messages, setMessages] = useState<Sms[]>([]);
  useEffect(() => {
    const look = async () => {
      if (document.visibilityState === 'hidden') return;
      const response = await fetch('/dev/sms').catch(() => undefined);
      if (!response?.ok) return;
      const now = ((await response.json()) as Sms[]).slice(0, SHOWN);
      setMessages((before) => (JSON.stringify(before) === JSON.stringify(now) ? before : now));
    };
    void look();
    const timer = setInterval(() => void look(), LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  return messages;
}
