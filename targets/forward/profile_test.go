package forward_test

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"skywatch/targets"
	"skywatch/targets/forward"
	"skywatch/targets/forward/forwardtest"
)

func TestProfilesAreChecked(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`[{"services":["ecs"]}]`: "",
		`[{"services":["s*"],"accounts":["12345678901?"],"regions":["eu-*"],"endpoint":"https://aws.example:8443/base","region":"eu-west-1","path-style":true}]`: "",
		`[{"services":["ecs"],"access-key":"a","secret-key":"b","session-token":"c"}]`:                                                                           "",
		`[{"services":["ecs"],"profile":"prod","role":"arn:aws:iam::1:role/r","external-id":"x"}]`:                                                               "",
		`[{}]`:                              "services must name at least one service",
		`[{"services":["s3"]}]`:             `"s3" is none that can be called`,
		`[{"services":["["]}]`:              `"[" is no pattern`,
		`[{"services":["ecs"],"acount":1}]`: `unknown field "acount"`,
		`[{"services":["ecs"],"endpoint":"https://user:not-to-be-told@a/"}]`:         "without user and query",
		`[{"services":["ecs"],"endpoint":"ftp://a"}]`:                                "http or https",
		`[{"services":["ecs"],"region":"a.b"}]`:                                      `region "a.b" is none`,
		`[{"services":["ecs"],"access-key":"a","secret-key-file":"/nowhere"}]`:       "secret-key-file: ",
		`[{"services":["ecs"],"access-key":"a","secret-key-file":"/dev/null"}]`:      "secret-key-file: /dev/null is empty",
		`[{"services":["ecs"],"ca":"/dev/null"}]`:                                    "ca: /dev/null holds no certificate",
		`[{"services":["ecs"],"ca":"/nowhere"}]`:                                     "ca: ",
		`[{"services":["ecs"],"access-key":"a"}]`:                                    "access-key needs secret-key",
		`[{"services":["ecs"],"secret-key":"not-to-be-told"}]`:                       "access-key needs secret-key",
		`[{"services":["ecs"],"access-key":"a","secret-key":"b","profile":"p"}]`:     "exclude each other",
		`[{"services":["ecs"],"external-id":"x"}]`:                                   "are for a role",
		`[{"services":["ecs"],"role":"r"}]`:                                          "is no ARN",
		`{"services":["ecs"]}`:                                                       "is no list of them",
		`[{"services":["ecs"],"access-key":"a","secret-key":"b"}] [{"services":[]}]`: "something follows the list",
	} {
		var p forward.Profiles
		err := p.UnmarshalText([]byte(text))
		if err == nil {
			err = p.Validate()
		}
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
		if err != nil && strings.Contains(err.Error(), forwardtest.Secret) {
			t.Errorf("%s: the error tells the secret: %v", text, err)
		}
	}
}

// The first profile that matches a target is the one.
func TestFirstProfileWins(t *testing.T) {
	t.Parallel()
	key := forward.Credentials{AccessKey: "a", SecretKey: "b"}
	c, err := forward.New(t.Context(), forward.Options{Profiles: forward.Profiles{
		{Services: []string{"ecs"}, Accounts: []string{"1*"}, Regions: []string{"eu-*"}, Endpoint: "http://one", Credentials: key},
		{Services: []string{"e*"}, Accounts: []string{"1*"}, Endpoint: "http://two/base/", Credentials: key},
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for of, want := range map[[3]string]string{
		{"ecs", "11", "eu-west-1"}: "http://one", {"ecs", "11", "us-east-1"}: "http://two/base", {"ec2", "11", "eu-west-1"}: "http://two/base",
		{"ecs", "21", "eu-west-1"}: "", {"sqs", "11", "eu-west-1"}: "",
	} {
		got, _ := c.Endpoint(of[0], of[1], of[2])
		if got != want || c.Matches(of[0], of[1], of[2]) != (want != "") {
			t.Errorf("%v: %q", of, got)
		}
	}
}

// Credentials come from where the profile says, and its secrets are not printed.
func TestCredentials(t *testing.T) {
	t.Parallel()
	e := forwardtest.Start(t, nil)
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(forwardtest.Secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := forward.Profile{Endpoint: e.URL, Region: "eu-central-1", Credentials: forward.Credentials{AccessKey: forwardtest.AccessKey, SecretKeyFile: file}}
	if _, err := at(t, p).Call(t.Context(), forward.Call{Service: "ecs", Region: "us-east-1", Action: "RunTask"}); err != nil {
		t.Fatal(err)
	}
	if got := e.Calls(); len(got) != 1 || got[0].Region != "eu-central-1" || got[0].Service != "ecs" {
		t.Errorf("%+v", got)
	}
	p.SecretKey, p.SessionToken = "not-to-be-told", "not-to-be-told"
	if s := fmt.Sprintf("%v %+v %#v %s", p, p, p, p.SecretKey); strings.Contains(s, "not-to-be-told") {
		t.Errorf("printed: %s", s)
	}
}

// A role is assumed once, with the profile's own credentials, and what came of it
// signs.
func TestRole(t *testing.T) {
	t.Parallel()
	sts := forwardtest.Start(t, func(c forwardtest.Call) forwardtest.Answer {
		if body := string(c.Body); !strings.Contains(body, "Action=AssumeRole") || !strings.Contains(body, "ExternalId=x") || !strings.Contains(body, "RoleSessionName=skywatch") {
			t.Errorf("asked %s", body)
		}
		return forwardtest.Answer{Header: http.Header{"Content-Type": {"text/xml"}}, Body: `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>` +
			`<AccessKeyId>ASSUMED</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>` +
			`</Credentials></AssumeRoleResult></AssumeRoleResponse>`}
	})
	var seen []http.Header
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { seen = append(seen, r.Header) }))
	defer s.Close()
	c := at(t, forward.Profile{Endpoint: s.URL, Credentials: forward.Credentials{
		AccessKey: forwardtest.AccessKey, SecretKey: forwardtest.Secret, Role: "arn:aws:iam::1:role/r", ExternalID: "x", RoleEndpoint: sts.URL,
	}})
	for range 2 {
		if _, err := c.Call(t.Context(), forward.Call{Service: "ecs", Region: "us-east-1", Action: "RunTask"}); err != nil {
			t.Fatal(err)
		}
	}
	if len(sts.Calls()) != 1 || len(seen) != 2 || seen[0].Get("X-Amz-Security-Token") != "token" || !strings.Contains(seen[0].Get("Authorization"), "Credential=ASSUMED/") {
		t.Errorf("%d asked, signed %v", len(sts.Calls()), seen)
	}
}

// A role that is refused is tried again, and says why.
func TestRoleIsRefused(t *testing.T) {
	t.Parallel()
	sts := forwardtest.Start(t, func(forwardtest.Call) forwardtest.Answer {
		return forwardtest.Answer{Status: 403, Body: `<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>`}
	})
	c := at(t, forward.Profile{Endpoint: "http://127.0.0.1:1", Credentials: forward.Credentials{
		AccessKey: forwardtest.AccessKey, SecretKey: forwardtest.Secret, Role: "arn:aws:iam::1:role/r", RoleEndpoint: sts.URL,
	}})
	_, err := c.Call(t.Context(), forward.Call{Service: "ecs", Region: "us-east-1", Action: "RunTask"})
	f, ok := err.(*targets.Failure) //nolint:errorlint // this is what Call promises
	if !ok || f.Code != targets.NoPermissions || f.Permanent || !strings.Contains(err.Error(), "AccessDenied") || strings.Contains(err.Error(), forwardtest.Secret) {
		t.Error(err)
	}
}

// An endpoint's certificate must come from the profile's CA.
func TestCA(t *testing.T) {
	t.Parallel()
	s := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer s.Close()
	s.Config.ErrorLog = nil
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	call := forward.Call{Service: "ecs", Region: "us-east-1", Action: "RunTask"}
	if _, err := at(t, forward.Profile{Endpoint: s.URL, CA: file}).Call(t.Context(), call); err != nil {
		t.Error(err)
	}
	if _, err := at(t, forward.Profile{Endpoint: s.URL}).Call(t.Context(), call); err == nil {
		t.Error("a certificate of nobody was taken")
	}
}
