/** What a caller may do. Each holds those before it. */
export const SCOPES = ['read', 'message', 'control', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Whether who has one scope may do what asks for another. */
export function includesScope(held: Scope, asked: Scope): boolean {
  return SCOPES.indexOf(held) >= SCOPES.indexOf(asked);
}
