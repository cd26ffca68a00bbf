package forward

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"skywatch/targets/driver"
)

// Profiles are the profiles of the configuration file, in its order: the first
// that matches a target is the target's.
type Profiles = driver.List[Profile, *Profile]

// Profile says where targets of some services, accounts and regions are
// reached, and with which credentials.
type Profile struct {
	// Services, Accounts and Regions are patterns of parts of the target's ARN,
	// with * and ?. Empty Accounts or Regions match all.
	Services []string `json:"services"`
	Accounts []string `json:"accounts,omitempty"`
	Regions  []string `json:"regions,omitempty"`
	// Endpoint is the URL of what is called; empty: AWS's own of the service and
	// region.
	Endpoint string `json:"endpoint,omitempty"`
	// Region is what requests are signed for; empty: the region of the ARN.
	Region string `json:"region,omitempty"`
	// CA is a file with the certificates (PEM) that the endpoint's must come
	// from; empty: the machine's.
	CA string `json:"ca,omitempty"`
	// PathStyle puts the API and stage of an execute-api target behind the
	// endpoint, as servers do that are not AWS: /{api}/{stage}/{path}.
	PathStyle bool `json:"path-style,omitempty"`
	Credentials
}

// labels are what becomes part of a host name or of a signature's scope.
var labels = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// For implements driver.Config.
func (p *Profile) For() string { return fmt.Sprint(p.Services) }

// Validate implements driver.Config.
func (p *Profile) Validate() error {
	if len(p.Services) == 0 {
		return errors.New("services must name at least one service, such as ecs")
	}
	for name, patterns := range map[string][]string{"services": p.Services, "accounts": p.Accounts, "regions": p.Regions} {
		for _, g := range patterns {
			if _, err := path.Match(g, ""); err != nil || g == "" {
				return fmt.Errorf("%s: %q is no pattern", name, g)
			}
		}
	}
	for _, g := range p.Services {
		if !known(g) {
			return fmt.Errorf("services: %q is none that can be called; these can: %s", g, strings.Join(slices.Sorted(maps.Keys(services)), ", "))
		}
	}
	for name, text := range map[string]string{"endpoint": p.Endpoint, "role-endpoint": p.RoleEndpoint} {
		if err := checkEndpoint(text); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if p.Region != "" && !labels.MatchString(p.Region) {
		return fmt.Errorf("region %q is none", p.Region)
	}
	if p.CA != "" {
		if _, err := p.authorities(); err != nil {
			return err
		}
	}
	return p.Credentials.validate()
}

// For reports whether profiles have one for a service, in whatever account and region.
func For(all Profiles, service string) bool {
	return slices.ContainsFunc(all, func(p Profile) bool { return p.matches(service, "", "") })
}

// known reports whether a pattern matches a service that can be called.
func known(pattern string) bool {
	for name := range services {
		if ok, _ := path.Match(pattern, name); ok {
			return true
		}
	}
	return false
}

func checkEndpoint(text string) error {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return errors.New("it is no URL") // the text may hold a password
	case u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return errors.New("it must be the URL of a host, http or https, without user and query")
	}
	return nil
}

// matches reports whether a target's ARN falls to the profile.
func (p *Profile) matches(service, account, region string) bool {
	return matchesAny(p.Services, service) && (account == "" || len(p.Accounts) == 0 || matchesAny(p.Accounts, account)) &&
		(region == "" || len(p.Regions) == 0 || matchesAny(p.Regions, region))
}

func matchesAny(patterns []string, s string) bool {
	for _, p := range patterns {
		if ok, _ := path.Match(p, s); ok {
			return true
		}
	}
	return false
}
