package destination

import (
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"skywatch/targets/webhook"
)

// check holds complete authorization parameters against the rules.
func (s *Service) check(a *Auth) error {
	for _, other := range []struct {
		Type
		given bool
	}{{Basic, a.Username+a.Password != ""}, {APIKey, a.KeyName+a.KeyValue != ""}, {OAuth, a.Client != nil}} {
		if other.given && other.Type != a.Type {
			return invalid("AuthParameters", "Only the authorization parameters of AuthorizationType %s may be given.", a.Type)
		}
	}
	missing := a.missing()
	switch {
	case missing != "":
		return invalid("AuthParameters", "AuthorizationType %s needs %s.", a.Type, missing)
	case a.Type == APIKey && !settable(a.KeyName):
		return invalid("AuthParameters", "%s is not a header that a call can have.", a.KeyName)
	case a.Type == OAuth:
		if err := s.checkEndpoint("AuthorizationEndpoint", a.Client.Endpoint); err != nil {
			return err
		}
		if err := a.Client.Parameters.check("OAuthHttpParameters"); err != nil {
			return err
		}
	}
	return a.Invocation.check("InvocationHttpParameters")
}

// missing names the first parameter that the type needs and that is not there.
func (a *Auth) missing() string {
	var names, values []string
	switch {
	case a.Type == Basic:
		names, values = []string{"Username", "Password"}, []string{a.Username, a.Password}
	case a.Type == APIKey:
		names, values = []string{"ApiKeyName", "ApiKeyValue"}, []string{a.KeyName, a.KeyValue}
	case a.Client == nil:
		return "OAuthParameters"
	default:
		c := a.Client
		names, values = []string{"ClientID", "ClientSecret", "AuthorizationEndpoint", "HttpMethod"}, []string{c.ID, c.Secret, c.Endpoint, c.Method}
	}
	if i := slices.Index(values, ""); i >= 0 {
		return names[i]
	}
	return ""
}

func (p *Parameters) check(parameter string) error {
	if p == nil {
		return nil
	}
	for _, list := range [...][]Parameter{p.Header, p.Query, p.Body} {
		for _, one := range list {
			if one.Key == "" {
				return invalid(parameter, "A parameter has no Key.")
			}
		}
	}
	for _, h := range p.Header {
		if !headerName.MatchString(h.Key) {
			return invalid(parameter, "%s is not the name of a header.", h.Key)
		}
	}
	return nil
}

// headerName is a token of RFC 9110. The model's pattern is wider by mistake.
var headerName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

// checkEndpoint holds a URL that is to be called against the rules, as far as
// they can be known now; the egress rules are asked again for each call.
func (s *Service) checkEndpoint(parameter, text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return invalid(parameter, "It must be an https URL.")
	case u.User != nil:
		return invalid(parameter, "It must not hold a user or a password; a connection of type BASIC sends them.")
	case u.Fragment != "":
		return invalid(parameter, "It must not have a fragment.")
	case strings.Contains(u.Host, "*"):
		return invalid(parameter, "A host cannot be a path parameter.")
	}
	if err := s.HTTP.Check(text); err != nil {
		reason := strings.TrimPrefix(err.Error(), webhook.ErrEgress.Error()+": ")
		if !errors.Is(err, webhook.ErrEgress) {
			return err
		}
		return invalid(parameter, "The egress rules of this server forbid it: %s.", reason)
	}
	return nil
}
