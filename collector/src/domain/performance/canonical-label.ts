// The agent names predicted classes by the same rule.
export { canonicalLabel } from '@prumo/agent/profile';
