// Package wal is the record log in front of the time-series store: what
// Append has returned for is on disk.
//
// Start from Open, which replays what the store has not yet applied, and
// Log.Append. Many callers append at once; one goroutine takes all that wait,
// writes them as one frame, syncs once and wakes them. A frame is whole or
// absent after a crash, so each of its records is too. Records have sequence
// numbers without gaps.
//
// A torn end of the newest segment is what a crash leaves and is cut. Every
// other damage is a DamageError that names file and offset; nothing is ever
// skipped. After a failed sync the log takes nothing more (ErrBroken), since
// nobody knows what is on the disk; after a failed write (a full disk) it
// leaves the damaged tail and goes on in a new segment.
//
// The log does not know what a record means; AppendSamples and DecodeSamples,
// AppendDelete and DecodeDelete, AppendRaw and DecodeRaw are the records of
// package tsdb, and AppendOnce begins one that must count once. Every byte is
// told in docs/formats/wal.md.
package wal
