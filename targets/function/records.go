package function

import (
	"strings"
	"time"

	"skywatch/catalog"
)

// Function is what all versions of a function share.
type Function struct {
	Name `json:"-"`
	Tags map[string]string `json:",omitempty"`
	// Reserved is how many invocations may run at once; nil: as many as the
	// machine allows.
	Reserved *int `json:",omitempty"`
	// Loops: it may run in circles.
	Loops bool `json:",omitempty"`
	// Published is the number of the last version.
	Published uint64
	Created   time.Time
}

// Configuration is what a caller sets of a version.
type Configuration struct {
	Runtime, Role, Handler, Description string
	Timeout                             int // seconds
	Memory                              int // MB
	// Environment exists in memory only; on disk it is sealed.
	Environment      map[string]string `json:"-"`
	DeadLetter       string            `json:",omitempty"` // an ARN
	Architecture     string
	EphemeralStorage int // MB
	Tracing          string
	Log              Log
}

// Log is a LoggingConfig.
type Log struct{ Format, Application, System, Group string }

// Package is a package of code, as it was sent.
type Package struct {
	// SHA256 is in base64.
	SHA256 string
	Size   int64
}

// Version is one version of a function; Latest can be changed.
type Version struct {
	Name    `json:"-"`
	Version string
	Configuration
	Package  Package
	Modified time.Time
	// Revision changes with every change.
	Revision string
	// Sealed is the environment.
	Sealed []byte `json:",omitempty"`
}

// ARN returns the version's resource name, without a qualifier for Latest.
func (v *Version) ARN() string {
	if v.Version == Latest {
		return v.Name.ARN()
	}
	return v.Qualified(v.Version)
}

// Alias is a name for a version.
type Alias struct {
	Name        `json:"-"`
	Alias       string `json:"-"`
	Version     string
	Description string `json:",omitempty"`
	// Other gets Weight of the invocations, of 1; empty: none does.
	Other    string  `json:",omitempty"`
	Weight   float64 `json:",omitempty"`
	Revision string
}

// ARN returns the alias's resource name.
func (a *Alias) ARN() string { return a.Qualified(a.Alias) }

// The tables. All keys begin with account, region and function.
var (
	functions   = catalog.Table[Function]{Name: "functions"}
	versionsOf  = catalog.Table[Version]{Name: "function-versions"} // version
	aliases     = catalog.Table[Alias]{Name: "function-aliases"}    // alias
	policies    = catalog.Table[Policy]{Name: "function-policies"}  // qualifier
	asyncConfig = catalog.Table[AsyncConfig]{Name: "function-async"}
)

// versionKey sorts Latest first and the others by number.
func (n Name) versionKey(version string) []string {
	if version == Latest {
		return n.key(Latest)
	}
	const zeros = "000000000000000000"
	return n.key(zeros[:max(0, len(zeros)-len(version))] + version)
}

// numbered reports whether a qualifier is the number of a version.
func numbered(qualifier string) bool { return strings.Trim(qualifier, "0123456789") == "" }

func getFunction(r catalog.Reader, n Name) (Function, error) {
	f, ok, err := functions.Get(r, n.key()...)
	f.Name = n
	if err == nil && !ok {
		err = noFunction(n.ARN())
	}
	return f, err
}

// getVersion finds the version with a number, or Latest.
func (s *Service) getVersion(r catalog.Reader, n Name, version string) (v Version, err error) {
	if _, err := getFunction(r, n); err != nil {
		if version != Latest && version != "" {
			err = noFunction(n.Qualified(version))
		}
		return v, err
	}
	if version == "" {
		version = Latest
	}
	v, ok, err := versionsOf.Get(r, n.versionKey(version)...)
	if err == nil && !ok {
		err = noFunction(n.Qualified(version))
	}
	if err != nil {
		return v, err
	}
	v.Name = n
	return v, s.open(&v)
}

func (s *Service) putVersion(tx *catalog.Tx, v Version) error {
	if err := s.seal(&v); err != nil {
		return err
	}
	return versionsOf.Put(tx, v, v.versionKey(v.Version)...)
}

func getAlias(r catalog.Reader, n Name, alias string) (Alias, bool, error) {
	a, ok, err := aliases.Get(r, n.key(alias)...)
	a.Name, a.Alias = n, alias
	return a, ok, err
}

// resolve finds the version that a qualifier means; die, in [0, 1), chooses
// where an alias has two.
func (s *Service) resolve(r catalog.Reader, n Name, qualifier string, die float64) (Version, error) {
	if qualifier == "" || qualifier == Latest || numbered(qualifier) {
		return s.getVersion(r, n, qualifier)
	}
	a, ok, err := getAlias(r, n, qualifier)
	if err != nil || !ok {
		if err == nil {
			err = noFunction(n.Qualified(qualifier))
		}
		return Version{}, err
	}
	if a.Other != "" && die < a.Weight {
		return s.getVersion(r, n, a.Other)
	}
	return s.getVersion(r, n, a.Version)
}
