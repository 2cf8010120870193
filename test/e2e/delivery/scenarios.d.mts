export const SCENARIOS: readonly { id: string; title: string; wants?: 'exact' | 'honest' }[];
