import { describe, expect, it } from 'vitest';
import { generateSecret } from '../../src/ui/generate-secret.ts';

describe('a password that was made up', () => {
  it('has 24 characters that nobody takes for one another, each of them somewhere', () => {
    const many = Array.from({ length: 500 }, generateSecret);
    for (const secret of many) expect(secret).toMatch(/^[A-HJ-NP-Za-km-z2-9]{24}$/u);
    expect(new Set(many).size).toBe(500);
    expect(new Set(many.join('')).size).toBe(56);
  });
});
