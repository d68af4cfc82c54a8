import { Component, type ReactNode } from 'react';
import { Failure } from './failure.tsx';

/** Keeps a fault of one part of the page from taking the rest away. */
export class Mishap extends Component<{ children: ReactNode }, { happened: boolean }> {
  override state = { happened: false };

  static getDerivedStateFromError = () => ({ happened: true });

  override render(): ReactNode {
    if (!this.state.happened) return this.props.children;
    return (
      <main id="content">
        <Failure retry={() => location.reload()} />
      </main>
    );
  }
}
