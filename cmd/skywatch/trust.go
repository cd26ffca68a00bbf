package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
)

// trust is the option of every command that may speak TLS to a server whose
// certificate the system does not know, as of the AWS CLI.
type trust struct {
	CABundle string `name:"ca-bundle" help:"File of certificates (PEM) to trust instead of the system's." env:"AWS_CA_BUNDLE" placeholder:"FILE"`
}

// transport returns what sends requests.
func (t trust) transport() (*http.Transport, error) {
	out := http.DefaultTransport.(*http.Transport).Clone()
	if t.CABundle == "" {
		return out, nil
	}
	pem, err := os.ReadFile(t.CABundle)
	if err != nil {
		return nil, fmt.Errorf("--ca-bundle: %w", err)
	}
	out.TLSClientConfig = &tls.Config{RootCAs: x509.NewCertPool()}
	if !out.TLSClientConfig.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("--ca-bundle: %s holds no certificate in PEM", t.CABundle)
	}
	return out, nil
}
