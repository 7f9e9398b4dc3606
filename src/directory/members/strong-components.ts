/** Strongly connected components of a graph (Tarjan 1972), without recursion, so that cycles of any length work. */

export interface Components {
  /** The vertices of each component. A component comes after all components that it leads to. */
  readonly order: readonly (readonly number[])[];
  /** Index into `order`, by vertex. */
  readonly componentOf: Int32Array;
}

interface Search {
  readonly edges: readonly Int32Array[];
  /** When a vertex was first visited; 0: not yet. */
  readonly seen: Int32Array;
  /** The earliest visited open vertex to which it leads back. */
  readonly low: Int32Array;
  /** How many of its edges have been followed. */
  readonly followed: Int32Array;
  /** Vertices whose component is not complete. */
  readonly open: number[];
  readonly order: number[][];
  readonly componentOf: Int32Array;
  clock: number;
}

/** @param edges by vertex, the vertices that it leads to; linear in vertices and edges */
export function components(edges: readonly Int32Array[]): Components {
  const size = edges.length;
  const search: Search = {
    edges,
    seen: new Int32Array(size),
    low: new Int32Array(size),
    followed: new Int32Array(size),
    open: [],
    order: [],
    componentOf: new Int32Array(size).fill(-1),
    clock: 0,
  };
  for (let vertex = 0; vertex < size; vertex += 1) if (search.seen[vertex] === 0) explore(search, vertex);
  return search;
}

function explore(search: Search, start: number): void {
  const path = [start];
  enter(search, start);
  for (let vertex = path.at(-1); vertex !== undefined; vertex = path.at(-1)) {
    const next = follow(search, vertex);
    if (next === undefined) leave(search, path);
    else if (search.seen[next] === 0) {
      enter(search, next);
      path.push(next);
    } else if (search.componentOf[next] === -1) lower(search, vertex, search.seen[next] ?? 0);
  }
}

function enter(search: Search, vertex: number): void {
  search.clock += 1;
  search.seen[vertex] = search.clock;
  search.low[vertex] = search.clock;
  search.open.push(vertex);
}

function follow(search: Search, vertex: number): number | undefined {
  const at = search.followed[vertex] ?? 0;
  search.followed[vertex] = at + 1;
  return search.edges[vertex]?.[at];
}

/**
 * Called when all edges of the last vertex are followed. If it leads back to no earlier vertex, its component is
 * complete.
 */
function leave(search: Search, path: number[]): void {
  const vertex = path.pop() ?? 0;
  const low = search.low[vertex] ?? 0;
  const parent = path.at(-1);
  if (parent !== undefined) lower(search, parent, low);
  if (low !== search.seen[vertex]) return;
  const component = search.open.splice(search.open.lastIndexOf(vertex));
  for (const member of component) search.componentOf[member] = search.order.length;
  search.order.push(component);
}

function lower(search: Search, vertex: number, to: number): void {
  search.low[vertex] = Math.min(search.low[vertex] ?? to, to);
}
