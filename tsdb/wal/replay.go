package wal

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/internal/durable"
)

// Applied says which records the store already holds: each of its parts
// those up to All, some of its parts those up to Any.
type Applied struct{ All, Any uint64 }

// Open opens the log in o.Dir, which it creates if there is none, and calls
// replay for each record with a sequence number above applied.All, in order.
// payload is valid during the call only. Segments with nothing above
// applied.All are removed.
func Open(o Options, applied Applied, replay func(seq uint64, payload []byte) error) (*Log, error) {
	o = o.withDefaults()
	if err := o.FS.MkdirAll(o.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	if err := durable.SyncDir(o.FS, o.FS.PathDir(o.Dir)); err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	l := &Log{
		opts:     o,
		requests: make(chan *request, o.QueueLength),
		closing:  make(chan struct{}),
		stopped:  make(chan struct{}),
	}
	p := player{log: l, applied: applied.All, replay: replay, last: applied.All}
	if err := p.play(); err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	if p.last < applied.Any && applied.All < applied.Any {
		return nil, fmt.Errorf("open log: it ends with record %d, but parts of the store have applied %d", p.last, applied.Any)
	}
	l.last = max(p.last, applied.Any)
	l.committer.next = l.last + 1
	go l.run()
	return l, nil
}

// player reads the segments of a log that is being opened.
type player struct {
	log     *Log
	applied uint64
	replay  func(seq uint64, payload []byte) error

	reading bool // nothing is removed

	headers []header
	last    uint64 // sequence number of the last record read
}

func (p *player) play() error {
	if err := p.readHeaders(); err != nil {
		return err
	}
	if err := p.choose(); err != nil {
		return err
	}
	for i := range p.headers {
		end, err := p.playSegment(i)
		if err != nil {
			return err
		}
		h := p.headers[i]
		p.log.segments = append(p.log.segments, segment{number: h.number, first: h.first, bytes: end})
		p.log.committer.number, p.log.committer.end = h.number, end
	}
	return nil
}

// readHeaders fills p.headers, oldest first.
func (p *player) readHeaders() error {
	fs := p.log.opts.FS
	names, err := fs.List(p.log.opts.Dir)
	if err != nil {
		return err
	}
	var numbers []uint64
	for _, name := range names {
		if n, ok := segmentNumber(fs.PathBase(name)); ok {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	for i, n := range numbers {
		h, err := p.readHeader(n, i == len(numbers)-1)
		switch {
		case errors.Is(err, errUnborn):
			// It never held a record: those come after the header's sync.
			if p.reading {
				continue
			}
			if err := fs.Remove(p.log.path(n)); err != nil {
				return err
			}
		case err != nil:
			return err
		default:
			p.headers = append(p.headers, h)
		}
	}
	return nil
}

// errUnborn marks a segment whose creation a crash cut short.
var errUnborn = errors.New("segment has no header")

func (p *player) readHeader(number uint64, newest bool) (header, error) {
	b, err := p.read(number, headerBytes+1)
	if err != nil {
		return header{}, err
	}
	h, err := parseHeader(b)
	switch {
	case errors.Is(err, errBadHeader) && newest && len(b) <= headerBytes:
		return header{}, errUnborn
	case err == nil && h.number != number:
		err = fmt.Errorf("its header is that of segment %d", h.number)
	}
	if err != nil {
		return header{}, &DamageError{File: p.log.path(number), Reason: err}
	}
	return h, nil
}

// choose drops the segments that hold nothing above p.applied. Removing them
// was perhaps begun before a crash, so gaps among them mean nothing.
func (p *player) choose() error {
	if len(p.headers) == 0 {
		if p.applied > 0 {
			return fmt.Errorf("no log files in %s, but the store has applied %d records", p.log.opts.Dir, p.applied)
		}
		return nil
	}
	start := -1
	for i, h := range p.headers {
		if h.first <= p.applied+1 {
			start = i
		}
	}
	if start < 0 {
		return fmt.Errorf("log begins with record %d, but the store has applied only %d", p.headers[0].first, p.applied)
	}
	for _, h := range p.headers[:start] {
		if p.reading {
			break
		}
		if err := p.log.opts.FS.Remove(p.log.path(h.number)); err != nil {
			return err
		}
	}
	p.headers = p.headers[start:]
	p.last = p.headers[0].first - 1
	return nil
}

// playSegment replays segment i and returns where its valid bytes end.
func (p *player) playSegment(i int) (end int64, err error) {
	h := p.headers[i]
	damage := func(at int64, format string, args ...any) error {
		return &DamageError{File: p.log.path(h.number), Offset: at, Reason: fmt.Errorf(format, args...)}
	}
	if h.first != p.last+1 {
		return 0, damage(0, "it begins with record %d, record %d is missing", h.first, p.last+1)
	}
	b, err := p.read(h.number, 0)
	if err != nil {
		return 0, err
	}
	newest := i == len(p.headers)-1
	if !newest {
		next := p.headers[i+1]
		if next.number != h.number+1 {
			return 0, damage(int64(len(b)), "segment %d is missing", h.number+1)
		}
		if next.previousEnd < headerBytes || next.previousEnd > uint64(len(b)) {
			return 0, damage(int64(len(b)), "it should have %d bytes", next.previousEnd)
		}
		b = b[:next.previousEnd]
	}
	at := headerBytes
	for at < len(b) {
		first, body, size, err := parseFrame(b[at:], h.salt)
		if err != nil {
			if newest && !hasFrame(b[at+1:], h.salt, p.last) {
				break // the torn end
			}
			return 0, damage(int64(at), "%w", err)
		}
		if first != p.last+1 {
			return 0, damage(int64(at), "frame begins with record %d instead of %d", first, p.last+1)
		}
		if err := p.playFrame(body); err != nil {
			return 0, damage(int64(at), "%w", err)
		}
		at += size
	}
	return int64(at), nil
}

func (p *player) playFrame(body []byte) error {
	for len(body) > 0 {
		payload, rest, err := nextRecord(body)
		if err != nil {
			return err
		}
		p.last++
		if p.last > p.applied {
			if err := p.replay(p.last, payload); err != nil {
				return fmt.Errorf("record %d: %w", p.last, err)
			}
		}
		body = rest
	}
	return nil
}

// read returns the first limit bytes of a segment, or all for limit 0.
func (p *player) read(number uint64, limit int64) (b []byte, err error) {
	f, err := p.log.opts.FS.Open(p.log.path(number), vfs.SequentialReadsOption)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if limit == 0 {
		st, err := f.Stat()
		if err != nil {
			return nil, err
		}
		limit = st.Size()
	}
	b = make([]byte, limit)
	n, err := io.ReadFull(f, b)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		err = nil
	}
	return b[:n], err
}
