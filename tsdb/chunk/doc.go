// Package chunk is the form of datapoints on disk: those of one series and
// one tier within one block of time, as columns.
//
// Start from Append, Decode and Fold. The form is lossless, float64 bits
// included, and has a version and a kind in front, so that later versions can
// add codecs and every program refuses what it does not know. Decode is safe
// on any bytes: it never panics and allocates in proportion to its input.
//
// The bytes have no checksum of their own; the store's tables have. Every
// byte is told in docs/formats/chunk.md.
package chunk
