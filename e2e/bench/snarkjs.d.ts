// snarkjs has no types of its own.
declare module 'snarkjs';
