/**
 * Does a piece of work for each item, up to `width` at a time, and gives the results in the order of the items.
 * While one result is used, the next are under way: the disk has work while the processor has, too.
 */
export async function* workAhead<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  width: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  for await (const item of items) {
    const result = work(item);
    // A failure is met when its turn comes; until then it must not count as unhandled.
    result.catch(() => undefined);
    underWay.push(result);
    if (underWay.length >= width) yield await (underWay.shift() as Promise<R>);
  }
  for (const result of underWay) yield await result;
}
