package tsdb

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"skywatch/metric"
)

// slab is a value in Pebble with the stamps of some batches.
type slab struct {
	number uint64
	end    uint64 // the position behind its last stamp, as in repeats
}

// maxSlabStamps keeps a value below 100 KB.
const maxSlabStamps = 4096

const stampsVersion = 1

func stampsKey(number uint64) []byte { return appendSeriesKey(nil, storeWide, keyStamps, number) }

// sealStamps writes to Pebble the stamps that it lacks and removes those that are
// forgotten. It goes before the batches of the partitions: Pebble makes durable in
// order, so whatever says that a record need not be replayed is behind the
// record's stamp. Stamps that get to the disk too early do no harm, since their
// records are in the log. The caller holds db.sealing.
func (db *DB) sealStamps() error {
	r := &db.repeats
	fresh, removed := r.unsealed(metric.At(db.opts.Now()))
	if len(fresh) == 0 && len(removed) == 0 {
		return nil
	}
	b := db.chunks.NewBatch()
	sizes, err := writeStamps(b, fresh, removed, r.nextSlab())
	if err == nil {
		err = b.Commit(pebble.NoSync)
	}
	if err = errors.Join(err, b.Close()); err != nil {
		return err
	}
	db.flushed = false
	r.noteSealed(sizes, len(removed))
	return nil
}

// writeStamps fills a batch. It returns the sizes of the new slabs, whose numbers
// ascend by one.
func writeStamps(b *pebble.Batch, fresh []stamp, removed []slab, number uint64) (sizes []int, err error) {
	for _, s := range removed {
		if err := b.Delete(stampsKey(s.number), nil); err != nil {
			return nil, err
		}
	}
	for len(fresh) > 0 {
		n := min(len(fresh), maxSlabStamps)
		if err := b.Set(stampsKey(number), appendStamps(nil, fresh[:n]), nil); err != nil {
			return nil, err
		}
		fresh, number, sizes = fresh[n:], number+1, append(sizes, n)
	}
	return sizes, nil
}

// unsealed returns a copy of the stamps that Pebble lacks, and the slabs of which
// nothing is known any more.
func (r *repeats) unsealed(now metric.Instant) (fresh []stamp, gone []slab) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget(now)
	r.sealed = max(r.sealed, r.first)
	for i := range r.slabs {
		if r.slabs[i].end > r.first {
			break
		}
		gone = r.slabs[:i+1]
	}
	return append(fresh, r.order[r.sealed-r.first:]...), gone
}

// nextSlab returns the number of the next slab. Only the sealer changes slabs.
func (r *repeats) nextSlab() uint64 {
	if n := len(r.slabs); n > 0 {
		return r.slabs[n-1].number + 1
	}
	return 1
}

// noteSealed says that Pebble has so many stamps more, in slabs of these sizes, and
// no longer the first few slabs.
func (r *repeats) noteSealed(sizes []int, removed int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	number := r.nextSlab()
	r.slabs = r.slabs[removed:]
	for _, n := range sizes {
		r.sealed += uint64(n)
		r.slabs = append(r.slabs, slab{number, r.sealed})
		number++
	}
}

// loadStamps reads what Pebble has.
func (db *DB) loadStamps(now metric.Instant) (err error) {
	it, err := db.chunks.NewIter(nil)
	if err != nil {
		return err
	}
	defer func() {
		if e := it.Close(); err == nil {
			err = e
		}
	}()
	r := &db.repeats
	return each(it, appendPrefix(nil, storeWide, keyStamps), func(number uint64, v []byte) error {
		if err := readStamps(v, func(m stamp) {
			if !m.over(now) {
				r.restore(m)
			}
		}); err != nil {
			return fmt.Errorf("slab %d: %w", number, err)
		}
		r.sealed = r.first + uint64(len(r.order))
		r.slabs = append(r.slabs, slab{number, r.sealed})
		return nil
	})
}

func appendStamps(dst []byte, all []stamp) []byte {
	dst = append(dst, stampsVersion)
	dst = binary.AppendUvarint(dst, uint64(len(all)))
	var at metric.Instant
	for _, m := range all {
		dst = binary.AppendVarint(dst, int64(m.at-at))
		dst = append(dst, m.id[:]...)
		at = m.at
	}
	return dst
}

// readStamps calls fn for each stamp in a slab.
func readStamps(b []byte, fn func(stamp)) error {
	malformed := errors.New("batch ids are malformed")
	if len(b) == 0 || b[0] != stampsVersion {
		return errors.New("batch ids have a version that this program does not know")
	}
	count, n := binary.Uvarint(b[1:])
	if n <= 0 {
		return malformed
	}
	b = b[1+n:]
	var m stamp
	for ; count > 0; count-- {
		passed, n := binary.Varint(b)
		if n <= 0 || len(b)-n < len(m.id) {
			return malformed
		}
		m.at += metric.Instant(passed)
		copy(m.id[:], b[n:])
		b = b[n+len(m.id):]
		fn(m)
	}
	if len(b) > 0 {
		return malformed
	}
	return nil
}
