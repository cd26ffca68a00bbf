package pattern

import (
	"hash/maphash"
	"math/bits"
)

// hasher hashes what a set looks up. Its seed is the set's own, so that nobody
// can prepare collisions; a collision costs time only, since whatever is found
// is checked.
type hasher struct{ seed maphash.Seed }

func newHasher() hasher { return hasher{maphash.MakeSeed()} }

func (h hasher) text(s string) uint64 { return maphash.String(h.seed, s) }

// mix makes one hash of two numbers.
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^0x9e3779b97f4a7c15, b^0xd1b54a32d192ed03)
	return hi ^ lo
}

// running hashes a text byte by byte: its state after n bytes is the hash of
// the text's beginning of that length.
type running uint64

// step takes one byte more.
func (r running) step(c byte) running { return (r ^ running(c)) * 0x100000001b3 }

// startOf is the state before the first byte.
func startOf(seed uint64) running { return running(seed | 1) }
