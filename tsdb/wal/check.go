package wal

import "fmt"

// Check reads the log in o.Dir as Open does, and changes nothing. It returns the
// number of the last record and the log's size.
func Check(o Options, applied Applied, replay func(seq uint64, payload []byte) error) (last uint64, bytes int64, err error) {
	l := &Log{opts: o.withDefaults()}
	p := player{log: l, applied: applied.All, replay: replay, last: applied.All, reading: true}
	err = p.play()
	for _, s := range l.segments {
		bytes += s.bytes
	}
	if err == nil && p.last < applied.Any && applied.All < applied.Any {
		err = fmt.Errorf("the log in %s ends with record %d, but parts of the store have applied %d", o.Dir, p.last, applied.Any)
	}
	return p.last, bytes, err
}
