package forward

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Bounds of connections.
const (
	maxIdlePer     = 8 // as many as the engine has under way to one target
	maxHeaderBytes = 64 << 10
	idleTime       = 30 * time.Second
)

// defaultRegion is where roles are assumed by profiles that name no region.
const defaultRegion = "us-east-1"

// door is a profile at work.
type door struct {
	Profile
	http  *http.Client
	creds aws.CredentialsProvider
}

// authorities are the certificates of the CA file.
func (p *Profile) authorities() (*x509.CertPool, error) {
	pem, err := os.ReadFile(p.CA)
	if err != nil {
		return nil, fmt.Errorf("ca: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("ca: %s holds no certificate", p.CA)
	}
	return pool, nil
}

func openDoor(ctx context.Context, p *Profile) (*door, error) {
	t := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment, // as the SDK does: it is the operator's, as the endpoint is
		MaxIdleConnsPerHost:    maxIdlePer,
		IdleConnTimeout:        idleTime,
		MaxResponseHeaderBytes: maxHeaderBytes,
		ForceAttemptHTTP2:      true,
	}
	if p.CA != "" {
		pool, err := p.authorities()
		if err != nil {
			return nil, err
		}
		t.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	d := &door{Profile: *p, http: &http.Client{
		Transport: t,
		// A signature is for one address, and where else to go is not the
		// endpoint's to say.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	var err error
	d.creds, err = p.Credentials.open(ctx, d.http, cmp.Or(p.Region, defaultRegion))
	return d, err
}

func (d *door) regionOf(c *Call) string { return cmp.Or(d.Region, c.Region) }

// endpointOf is the URL that a call goes to, without a path of the call's own.
func (d *door) endpointOf(s service, c *Call, region string) (string, error) {
	if d.Endpoint != "" {
		at := strings.TrimSuffix(d.Endpoint, "/")
		if d.PathStyle && c.Resource != "" {
			at += "/" + c.Resource
		}
		return at, nil
	}
	if !labels.MatchString(region) {
		return "", fmt.Errorf("%q is no region", region)
	}
	host := cmp.Or(c.Host, cmp.Or(s.host, c.Service)+"."+region+"."+Domain(region))
	return "https://" + host, nil
}

// Domain is the domain of a region's endpoints (botocore's partitions).
func Domain(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "amazonaws.com.cn"
	case strings.HasPrefix(region, "eusc-"):
		return "amazonaws.eu"
	case strings.HasPrefix(region, "us-iso-"):
		return "c2s.ic.gov"
	case strings.HasPrefix(region, "us-isob-"):
		return "sc2s.sgov.gov"
	default:
		return "amazonaws.com"
	}
}

func (s service) scopeOf(name string) string { return cmp.Or(s.scope, name) }
