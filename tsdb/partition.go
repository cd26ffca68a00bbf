package tsdb

import (
	"sync"

	"skywatch/metric"
	"skywatch/tsdb/index"
)

// partition is the part of the store that a hash of the metric's key falls
// into: its series, what memory holds of them, and how far Pebble is.
type partition struct {
	number uint16

	mu     sync.RWMutex
	series map[uint64]*series // by hash; series.next chains those with equal ones
	nextID uint64
	// active says which of each series' two deltas new samples go to. The
	// other is frozen: nobody changes it, and it goes to Pebble.
	active int
	dirty  [2][]*series // the series with samples in that delta
	// frozen is the log record up to which the frozen deltas and tombs reach;
	// 0: nothing is frozen.
	frozen uint64
	tombs  [2][]tomb // series whose data are to be removed from Pebble
	// applied is the log record up to which Pebble has everything. Only the
	// sealer and recovery write it.
	applied uint64
	watches map[string]int // by key; also of metrics that do not exist yet

	// observing keeps observations of one period in the order of its states.
	observing sync.Mutex
}

// series is a series in memory. Its partition's lock guards all that changes.
type series struct {
	index.Series
	hash   uint64
	next   *series
	deltas [2]delta
	// sealed says that Pebble may hold something of it, up to the minute
	// sealedTo. It is set before the first write.
	sealed   bool
	sealedTo metric.Instant
	stored   bool // its entry is in Pebble; only the sealer and recovery use it
	watched  bool
}

// tomb is a series that is gone.
type tomb struct {
	id     uint64
	class  uint8
	chunks bool // there may be some that retention does not take soon
}

func newPartition(number int) *partition {
	return &partition{
		number:  uint16(number),
		series:  map[uint64]*series{},
		nextID:  1,
		watches: map[string]int{},
	}
}

// find returns a series or nil; p.mu must be held.
func (p *partition) find(hash uint64, key []byte) *series {
	for s := p.series[hash]; s != nil; s = s.next {
		if s.Key == string(key) {
			return s
		}
	}
	return nil
}

// create makes the series of a key that has none; p.mu must be held for
// writing.
func (p *partition) create(hash uint64, key []byte) (*series, error) {
	s := &series{hash: hash}
	if err := s.Open(p.nextID, key, classStandard); err != nil {
		return nil, err
	}
	p.nextID++
	p.insert(s)
	return s, nil
}

func (p *partition) insert(s *series) {
	s.next = p.series[s.hash]
	s.watched = p.watches[s.Key] > 0
	p.series[s.hash] = s
}

// forget removes a series and leaves a tomb if Pebble may hold some of it;
// p.mu must be held for writing.
func (p *partition) forget(s *series, chunks bool) {
	if head := p.series[s.hash]; head != s {
		for head.next != s {
			head = head.next
		}
		head.next = s.next
	} else if s.next != nil {
		p.series[s.hash] = s.next
	} else {
		delete(p.series, s.hash)
	}
	s.deltas = [2]delta{}
	if s.sealed {
		p.tombs[p.active] = append(p.tombs[p.active], tomb{s.ID, s.Class, chunks})
	}
}

// fold adds one sample to a series; p.mu must be held for writing.
func (p *partition) fold(s *series, sample *metric.Sample) (grown int) {
	s.Touch(sample.Time.Floor(metric.Minute))
	return p.open(s).fold(sample)
}

// foldRaw adds samples to a raw series; p.mu must be held for writing.
func (p *partition) foldRaw(s *series, samples []metric.RawSample) (grown int) {
	d := p.open(s)
	for _, sample := range samples {
		s.Touch(sample.Time.Floor(metric.Minute))
		grown += d.replace(sample)
	}
	return grown
}

// open returns the series' delta for new samples, noting that it has some.
func (p *partition) open(s *series) *delta {
	d := &s.deltas[p.active]
	if d.empty() {
		p.dirty[p.active] = append(p.dirty[p.active], s)
	}
	return d
}

// freeze makes what memory holds the frozen part, which reaches to record seq.
// Nothing may be frozen already, and no sample of a later record folded.
func (p *partition) freeze(seq uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.frozen = seq
	p.active = 1 - p.active
}

// thaw drops the frozen part, which is in Pebble now.
func (p *partition) thaw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	old := 1 - p.active
	for _, s := range p.dirty[old] {
		s.stored = s.stored || !s.deltas[old].empty()
		s.deltas[old] = delta{}
	}
	p.dirty[old], p.tombs[old] = nil, nil
	p.applied, p.frozen = p.frozen, 0
}
