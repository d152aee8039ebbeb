import { follow } from './api.js';

/** What the daemon tells by itself: alerts, nodes that changed, and by name what else is another. While it is not there, everyone asks. */
export class Feed extends EventTarget {
  live = false;

  /** @param cluster and @param alerts take what is theirs */
  async run(cluster, alerts) {
    const never = new AbortController();
    await follow(() => `api/v1/live${cluster.asOf ? `?since=${cluster.asOf}` : ''}`, {
      signal: never.signal,
      open: async () => {
        // What happened before the connection was there is in the list; a revision that both tell of is the same one.
        await alerts.load();
        this.#be(true);
      },
      lost: () => this.#be(false),
      event: e => {
        if (e.event === 'nodes') cluster.pushed(JSON.parse(e.data));
        else if (e.event === 'ask') cluster.wake();
        else if (e.event === 'changed') for (const what of JSON.parse(e.data).what) this.dispatchEvent(new Event(what));
        else if (e.event === 'reset' || e.event === 'lost') alerts.load().catch(why => console.info('alerts:', why.message));
        else if (e.data) alerts.take(JSON.parse(e.data));
      },
    });
  }

  #be(live) {
    if (live === this.live) return;
    this.live = live;
    this.dispatchEvent(new Event('link'));
  }
}
