/**
 * Whether arrays and objects of a JSON value lie deeper in one another than so many. JSON.parse follows any depth, and whatever
 * walks through the value afterwards, JSON.stringify too, then runs out of stack.
 */
export function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((one) => isDeeperThan(one, depth - 1));
}
