// Views ask when they are told that something changed, and now and then anyway: often where nothing can be told.

const Seldom = 60_000;

export class Again {
  every;
  gap;
  #act;
  #feed;
  #stopped = false;
  #last = -Infinity;
  #woken = false;
  #go = null;

  /** @param act does it; @param every milliseconds where nothing is pushed, @param gap the least from one to the next: both may be changed */
  constructor(feed, act, { every, gap }) {
    [this.#feed, this.#act, this.every, this.gap] = [feed, act, every, gap];
  }

  async run() {
    while (!this.#stopped) {
      this.#woken = false;
      this.#last = performance.now();
      await this.#act();
      await this.#pause();
    }
  }

  /** Soon: something is another; now: the user wants it. */
  wake(now = false) {
    this.#woken = true;
    if (now) this.#last = -Infinity;
    this.#go?.();
  }

  close() {
    this.#stopped = true;
    this.#go?.();
  }

  /** Until it is woken and the gap is over, or it is time anyway. A page that nobody sees asks five times as seldom. */
  async #pause() {
    for (;;) {
      const passed = performance.now() - this.#last;
      const slow = document.hidden ? 5 : 1;
      const due = (this.#woken ? this.gap * slow : this.#feed.live ? Seldom : this.every * slow) - passed;
      if (this.#stopped || due <= 0) return;
      await new Promise(done => {
        const timer = setTimeout(done, due);
        this.#go = () => { clearTimeout(timer); done(); };
      });
    }
  }
}
