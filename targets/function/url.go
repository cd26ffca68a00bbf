package function

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"skywatch/catalog"
)

// Who may call a function URL.
const (
	AuthNone = "NONE"
	AuthIAM  = "AWS_IAM"
)

// URL is a function URL: HTTP requests with its ID become invocations.
type URL struct {
	Name      `json:"-"`
	Qualifier string `json:"-"` // an alias; empty: the latest version
	ID        string
	Auth      string
	Cors      *Cors `json:",omitempty"`
	Created   time.Time
	Modified  time.Time
}

// Cors says which pages of other origins may call a function URL.
type Cors struct {
	Credentials                      bool `json:",omitempty"`
	Headers, Methods, Origins, Shown []string
	MaxAge                           int `json:",omitempty"` // seconds
}

// ARN returns the resource name of what the URL invokes.
func (u *URL) ARN() string { return u.Qualified(u.Qualifier) }

// Domain is the host name that AWS would give the URL.
func (u *URL) Domain() string { return u.ID + ".lambda-url." + u.Region + ".on.aws" }

// The tables of function URLs: by account, region, function and qualifier; and
// whose one is, by its ID.
var (
	urls   = catalog.Table[URL]{Name: "function-urls"}
	urlIDs = catalog.Table[urlOwner]{Name: "function-url-ids"}
)

type urlOwner struct{ Key []string }

// urlIDLength is that of AWS's.
const urlIDLength = 32

// newURLID makes up the ID of a URL, which nobody guesses: in letters that
// host names do not fold.
func newURLID() string {
	const letters = "abcdefghijklmnopqrstuvwxyz234567" // 32: no letter is likelier
	var b [urlIDLength]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand
	for i := range b {
		b[i] = letters[b[i]%byte(len(letters))]
	}
	return string(b[:])
}

// methods are those that a URL may be called with (API reference of Cors).
var methods = [...]string{"GET", "PUT", "HEAD", "POST", "PATCH", "DELETE", "*"}

func (c *Cors) check() error {
	if c == nil {
		return nil
	}
	for _, m := range c.Methods {
		if !slices.Contains(methods[:], m) {
			return invalid("Cors.AllowMethods", "%s is not a method that a function URL can allow: GET, PUT, HEAD, POST, PATCH, DELETE or *.", m) // wording (inferred)
		}
	}
	for _, o := range c.Origins {
		if scheme, host, ok := strings.Cut(o, "://"); o != "*" && (!ok || scheme == "" || host == "" || strings.ContainsAny(host, "/?# ")) {
			return invalid("Cors.AllowOrigins", "%s is not an origin: * or scheme://host[:port].", o) // wording (inferred)
		}
	}
	for _, header := range slices.Concat(c.Headers, c.Shown) {
		if strings.ContainsAny(header, ", \r\n") {
			return invalid("Cors", "%q is not the name of a header.", header) // wording (inferred)
		}
	}
	return nil
}

// CreateURL gives a function, or an alias of it, a URL.
func (s *Service) CreateURL(ctx context.Context, u URL) (URL, error) {
	if err := u.Cors.check(); err != nil {
		return u, err
	}
	u.ID, u.Created = newURLID(), s.now()
	u.Modified = u.Created
	err := s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if err := s.mustBe(tx, u.Name, u.Qualifier); err != nil {
			return err
		}
		if _, ok, err := urls.Get(tx, u.key(u.Qualifier)...); err != nil || ok {
			if err == nil { // AWS's words
				err = conflict("Failed to create function url config for [functionArn = %s]. Error message:  FunctionUrlConfig exists for this Lambda function", u.ARN())
			}
			return err
		}
		if err := urlIDs.Put(tx, urlOwner{u.key(u.Qualifier)}, u.ID); err != nil {
			return err
		}
		return urls.Put(tx, u, u.key(u.Qualifier)...)
	})
	return u, err
}

func getURL(r catalog.Reader, n Name, qualifier string) (URL, error) {
	u, ok, err := urls.Get(r, n.key(qualifier)...)
	u.Name, u.Qualifier = n, qualifier
	if err == nil && !ok {
		err = notFound("The resource you requested does not exist.") // AWS's words
	}
	return u, err
}

// UpdateURL changes a URL, whose ID stays.
func (s *Service) UpdateURL(ctx context.Context, n Name, qualifier string, f func(*URL)) (u URL, err error) {
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if u, err = getURL(tx, n, qualifier); err != nil {
			return err
		}
		f(&u)
		if err := u.Cors.check(); err != nil {
			return err
		}
		u.Modified = s.now()
		return urls.Put(tx, u, n.key(qualifier)...)
	})
	return u, err
}

// URL returns the URL of a function or an alias.
func (s *Service) URL(n Name, qualifier string) (u URL, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		u, err = getURL(r, n, qualifier)
		return err
	})
	return u, err
}

// URLOf returns the URL with an ID.
func (s *Service) URLOf(id string) (u URL, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		owner, ok, err := urlIDs.Get(r, id)
		if err == nil && !ok {
			err = notFound("There is no function URL %s.", id)
		}
		if err != nil {
			return err
		}
		u, err = getURL(r, nameOf(owner.Key), owner.Key[3])
		return err
	})
	return u, err
}

// DeleteURL removes a URL.
func (s *Service) DeleteURL(ctx context.Context, n Name, qualifier string) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if _, err := getURL(tx, n, qualifier); err != nil {
			return err
		}
		return deleteURL(tx, n, qualifier)
	})
}

// deleteURL removes the URL of a function or an alias, if it has one.
func deleteURL(tx *catalog.Tx, n Name, qualifier string) error {
	u, ok, err := urls.Get(tx, n.key(qualifier)...)
	if err != nil || !ok {
		return err
	}
	if err := urlIDs.Delete(tx, u.ID); err != nil {
		return err
	}
	return urls.Delete(tx, n.key(qualifier)...)
}

// deleteURLs removes all URLs of a function.
func deleteURLs(tx *catalog.Tx, n Name) error {
	all, _, err := urlsOf(tx, n, Listing{Limit: 1 << 30})
	if err != nil {
		return err
	}
	for i := range all {
		if err := deleteURL(tx, n, all[i].Qualifier); err != nil {
			return err
		}
	}
	return nil
}

func urlsOf(r catalog.Reader, n Name, l Listing) (page []URL, more bool, err error) {
	rg := catalog.Range{Prefix: n.key()}
	if l.After != "" {
		rg.After = n.key(strings.TrimPrefix(l.After, urlAfter))
	}
	err = urls.Scan(r, rg, func(key []string, u URL) (bool, error) {
		if more = len(page) == l.Limit; more {
			return false, nil
		}
		u.Name, u.Qualifier = n, key[3]
		page = append(page, u)
		return true, nil
	})
	return page, more, err
}

// urlAfter begins Listing.After of URLs: the qualifier of one may be empty.
const urlAfter = "/"

// Place is what Listing.After says to go on behind a URL.
func (u *URL) Place() string { return urlAfter + u.Qualifier }

// URLs returns the URLs of a function and its aliases, and whether there are
// more.
func (s *Service) URLs(n Name, l Listing) (page []URL, more bool, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		if _, err := getFunction(r, n); err != nil {
			return err
		}
		page, more, err = urlsOf(r, n, l)
		return err
	})
	return page, more, err
}
