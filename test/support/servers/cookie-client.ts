/** A client that keeps cookies and follows links as a browser does. All servers of a test have the same host, so one jar suffices. */
export class CookieClient {
  readonly cookies = new Map<string, string>();

  /** One request, without following a redirect. */
  async ask(url: string | URL, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    if (cookie !== '') headers.set('cookie', cookie);
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  /** Follows redirects until an answer is none, or until the next address begins with `before`. */
  async visit(url: string, before?: string): Promise<{ readonly url: string; readonly response: Response }> {
    let at = url;
    for (let steps = 0; steps < 12; steps += 1) {
      const response = await this.ask(at);
      const location = response.headers.get('location');
      if (location === null) return { url: at, response };
      const next = new URL(location, at);
      // A browser keeps the fragment for itself.
      if (before !== undefined && next.href.startsWith(before)) return { url: next.href, response };
      await response.body?.cancel();
      at = next.href;
    }
    throw new Error(`too many redirects from ${url}`);
  }
}
