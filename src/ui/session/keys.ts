import { decisionKeys } from './keys/decisions.ts';
import { movingKeys } from './keys/moving.ts';
import { promptKeys } from './keys/prompts.ts';
import type { Row } from './keys/row.ts';

/** Every key of a session, in one table. */
export const sessionKeys: readonly Row[] = [...decisionKeys, ...movingKeys, ...promptKeys];
