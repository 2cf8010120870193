export const SCENARIOS: readonly { id: string; title: string; wants?: 'exact' | 'honest' }[];
export const REST_MS: number;
