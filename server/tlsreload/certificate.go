package tlsreload

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// checkEvery is how often at most the files are looked at for new connections.
const checkEvery = time.Second

// Options name the files of a Certificate.
type Options struct {
	CertFile string // PEM, the leaf first
	KeyFile  string // PEM
	Log      *slog.Logger
	Now      func() time.Time // nil means time.Now
}

// Certificate is a pair of files in its newest valid state. It is safe for
// concurrent use.
type Certificate struct {
	opts    Options
	current atomic.Pointer[tls.Certificate]
	checked atomic.Int64 // when the files were last looked at, Unix nanoseconds

	mu   sync.Mutex // held while files are read
	seen state      // of the files at the last attempt, good or bad
}

// state tells whether files may have changed.
type state struct{ cert, key stamp }

type stamp struct {
	modified time.Time
	size     int64
}

// Open reads the pair, which must be valid.
func Open(o Options) (*Certificate, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	c := &Certificate{opts: o}
	c.checked.Store(o.Now().UnixNano())
	return c, c.Reload()
}

// Config returns a configuration that serves the newest valid pair, from TLS
// 1.2 on. The caller may change it further before use.
func (c *Certificate) Config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get}
}

func (c *Certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	last, now := c.checked.Load(), c.opts.Now().UnixNano()
	// One handshake a second looks; the others take what there is.
	if now-last >= int64(checkEvery) && c.checked.CompareAndSwap(last, now) {
		c.refresh()
	}
	return c.current.Load(), nil
}

// refresh reads the files if they changed since the last attempt. What is
// wrong with them is told to the log, since no caller can act on it.
func (c *Certificate) refresh() {
	c.mu.Lock()
	defer c.mu.Unlock()
	now, err := c.look()
	if now == c.seen {
		return // nothing new, or still missing and told
	}
	if err == nil {
		err = c.load(now)
	} else {
		c.seen = now
	}
	if err != nil {
		c.opts.Log.Error("new TLS certificate refused, the old one stays", "error", err)
		return
	}
	c.opts.Log.Info("TLS certificate reloaded", "expires", c.current.Load().Leaf.NotAfter)
}

// Reload reads the files now, whether they changed or not. On an error the
// pair before stays.
func (c *Certificate) Reload() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	now, err := c.look()
	if err != nil {
		return err
	}
	return c.load(now)
}

// look returns the state of the files, zero if one is missing. It comes before reading them, so that a
// write in between is noticed at the next look.
func (c *Certificate) look() (s state, err error) {
	if s.cert, err = stat(c.opts.CertFile); err == nil {
		s.key, err = stat(c.opts.KeyFile)
	}
	if err != nil {
		return state{}, fmt.Errorf("read TLS certificate: %w", err)
	}
	return s, nil
}

func stat(path string) (stamp, error) {
	st, err := os.Stat(path) // through links: that is how some rotate
	if err != nil {
		return stamp{}, err
	}
	return stamp{st.ModTime(), st.Size()}, nil
}

// load reads the pair and takes it if it is whole.
func (c *Certificate) load(now state) error {
	c.seen = now
	pair, err := tls.LoadX509KeyPair(c.opts.CertFile, c.opts.KeyFile)
	if err != nil {
		return fmt.Errorf("read TLS certificate %s with key %s: %w", c.opts.CertFile, c.opts.KeyFile, err)
	}
	c.current.Store(&pair)
	return nil
}
