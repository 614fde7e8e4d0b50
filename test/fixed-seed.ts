import fc from 'fast-check';

/**
 * Property tests draw the same examples in every run, so that a change lands or fails by what it does and not by luck.
 * `FAST_CHECK_SEED=$RANDOM npx vitest run` looks elsewhere.
 */
fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 20_261_123) });
