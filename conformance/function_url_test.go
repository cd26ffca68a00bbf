package conformance_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	gocmp "github.com/google/go-cmp/cmp"

	"skywatch/server"
)

// urlHandlers are functions behind a URL, which all answer alike.
var urlHandlers = map[string]struct {
	needs   []string
	runtime types.Runtime
	handler string
	file    string
	text    string
}{
	"python": {[]string{"python3", "-c", ""}, types.RuntimePython312, "app.handler", "app.py", `
def handler(event, context):
    http = event["requestContext"]["http"]
    return {"statusCode": 202, "headers": {"Content-Type": "text/plain"},
            "body": f'{http["method"]} {event["rawPath"]} {event.get("queryStringParameters", {}).get("x", "")} {event.get("body", "")}'}
`},
	"node": {[]string{"node", "--version"}, types.RuntimeNodejs22x, "app.handler", "app.js", `
exports.handler = async (event) => ({
  statusCode: 202, headers: {'Content-Type': 'text/plain'},
  body: [event.requestContext.http.method, event.rawPath, event.queryStringParameters?.x ?? '', event.body ?? ''].join(' '),
});
`},
	"shell": {[]string{"curl", "--version"}, types.RuntimeProvidedal2023, "any", "bootstrap", `#!/bin/sh
api=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation
field() { printf %s "$event" | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
while event=$(curl -sS -D "$TMPDIR/head" "$api/next"); do
  id=$(sed -n 's/^[Ll]ambda-[Rr]untime-[Aa]ws-[Rr]equest-[Ii]d: *\([0-9a-f-]*\).*/\1/p' "$TMPDIR/head")
  curl -sS -o /dev/null "$api/$id/response" -d "{\"statusCode\":202,\"headers\":{\"Content-Type\":\"text/plain\"},\"body\":\"$(field method) $(field rawPath) $(field x) $(field body)\"}"
done
`},
}

// fetch sends a request and tells its answer in one line.
func fetch(t *testing.T, method, address, body string, header ...string) (string, http.Header) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			req.Host = header[i+1]
		}
		req.Header.Set(header[i], header[i+1])
	}
	return sentBy(t, req)
}

func sentBy(t *testing.T, req *http.Request) (string, http.Header) {
	t.Helper()
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.Status[:3] + " " + strings.TrimSpace(string(got)), resp.Header
}

func newURL(t *testing.T, c *lambda.Client, in *lambda.CreateFunctionUrlConfigInput) string {
	t.Helper()
	out, err := c.CreateFunctionUrlConfig(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return *out.FunctionUrl
}

// TestFunctionURLHandlers: functions in all languages answer HTTP, also those
// that are written with AWS's library for Go.
func TestFunctionURLHandlers(t *testing.T) {
	t.Parallel()
	c := newLambda(start(t))
	const want = "202 POST /a/b 1 hello"
	ask := func(t *testing.T, in *lambda.CreateFunctionInput) {
		made(t, c, in)
		address := newURL(t, c, &lambda.CreateFunctionUrlConfigInput{FunctionName: in.FunctionName, AuthType: types.FunctionUrlAuthTypeNone})
		if got, header := fetch(t, http.MethodPost, address+"a/b?x=1", "hello", "Content-Type", "text/plain"); got != want || header.Get("Content-Type") != "text/plain" {
			t.Errorf("%q %v, want %q", got, header, want)
		}
	}
	for name, h := range urlHandlers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			needs(t, name, h.needs...)
			in := provided(t, name)
			in.Runtime, in.Handler, in.Timeout = h.runtime, aws.String(h.handler), aws.Int32(10)
			in.Code = &types.FunctionCode{ZipFile: zipped(t, h.file, h.text)}
			ask(t, in)
		})
	}
	t.Run("go", func(t *testing.T) {
		t.Parallel()
		program := filepath.Join(t.TempDir(), "bootstrap")
		build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "skywatch/conformance/gofunction")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, out)
		}
		text, err := os.ReadFile(program)
		if err != nil {
			t.Fatal(err)
		}
		in := provided(t, "go")
		in.Timeout, in.Code = aws.Int32(10), &types.FunctionCode{ZipFile: zipped(t, "bootstrap", string(text))}
		ask(t, in)
	})
}

// TestFunctionURL makes, reads, changes, lists and deletes function URLs.
func TestFunctionURL(t *testing.T) {
	t.Parallel()
	base := start(t)
	ctx, c := t.Context(), newLambda(base)
	in := python(t, "f")
	in.Publish = true
	made(t, c, in)
	f := aws.String("f")
	cors := &types.Cors{AllowOrigins: []string{"https://page.example"}, AllowMethods: []string{"GET"}, AllowHeaders: []string{"x-a"}, ExposeHeaders: []string{"x-b"}, MaxAge: aws.Int32(60), AllowCredentials: aws.Bool(true)}
	first, err := c.CreateFunctionUrlConfig(ctx, &lambda.CreateFunctionUrlConfigInput{FunctionName: f, AuthType: types.FunctionUrlAuthTypeNone, Cors: cors})
	if err != nil || *first.FunctionArn != functionARN+"f" || first.InvokeMode != types.InvokeModeBuffered || gocmp.Diff(cors.AllowOrigins, first.Cors.AllowOrigins) != "" {
		t.Fatalf("%s %v", show(first), err)
	}
	if got, header := fetch(t, http.MethodGet, *first.FunctionUrl, "", "Origin", "https://page.example", "Sec-Fetch-Site", "cross-site"); !strings.HasPrefix(got, "200 {\"event\"") ||
		header.Get("Access-Control-Allow-Origin") != "https://page.example" || header.Get("Access-Control-Expose-Headers") != "x-b" {
		t.Errorf("from an allowed page: %s %v", got, header)
	}
	if got, _ := fetch(t, http.MethodGet, *first.FunctionUrl, "", "Origin", "https://other.example"); !strings.HasPrefix(got, "403") {
		t.Errorf("from another page: %s", got)
	}
	if got, header := fetch(t, http.MethodOptions, *first.FunctionUrl, "", "Origin", "https://page.example", "Access-Control-Request-Method", "GET"); got != "200 " || header.Get("Access-Control-Max-Age") != "60" {
		t.Errorf("preflight: %s %v", got, header)
	}
	_, err = c.CreateFunctionUrlConfig(ctx, &lambda.CreateFunctionUrlConfigInput{FunctionName: f, AuthType: types.FunctionUrlAuthTypeNone})
	refused(t, "a second", err, "ResourceConflictException", "Failed to create function url config for [functionArn = "+functionARN+"f]. Error message:  FunctionUrlConfig exists for this Lambda function")
	_, err = c.UpdateFunctionUrlConfig(ctx, &lambda.UpdateFunctionUrlConfigInput{FunctionName: f, InvokeMode: types.InvokeModeResponseStream})
	refused(t, "streamed", err, "InvalidParameterValueException", "The parameter InvokeMode RESPONSE_STREAM is not supported")
	_, err = c.CreateFunctionUrlConfig(ctx, &lambda.CreateFunctionUrlConfigInput{FunctionName: f, Qualifier: aws.String("live"), AuthType: types.FunctionUrlAuthTypeNone})
	refused(t, "no alias", err, "ResourceNotFoundException", "Function not found: "+functionARN+"f:live")

	if _, err := c.CreateAlias(ctx, &lambda.CreateAliasInput{FunctionName: f, Name: aws.String("live"), FunctionVersion: aws.String("1")}); err != nil {
		t.Fatal(err)
	}
	live := newURL(t, c, &lambda.CreateFunctionUrlConfigInput{FunctionName: f, Qualifier: aws.String("live"), AuthType: types.FunctionUrlAuthTypeAwsIam})
	id := strings.Split(strings.TrimPrefix(live, base+"/lambda-url/"), "/")[0]
	changed, err := c.UpdateFunctionUrlConfig(ctx, &lambda.UpdateFunctionUrlConfigInput{FunctionName: f, Qualifier: aws.String("live"), AuthType: types.FunctionUrlAuthTypeNone, Cors: &types.Cors{}})
	if err != nil || changed.AuthType != types.FunctionUrlAuthTypeNone || *changed.FunctionUrl != live {
		t.Errorf("%s %v", show(changed), err)
	}
	if got, _ := fetch(t, http.MethodGet, base+"/x", "", "Host", id+".lambda-url.us-east-1.on.aws"); !strings.Contains(got, `"version": "1"`) || !strings.Contains(got, `"rawPath": "/x"`) {
		t.Errorf("by AWS's host name: %s", got)
	}
	list, err := c.ListFunctionUrlConfigs(ctx, &lambda.ListFunctionUrlConfigsInput{FunctionName: f, MaxItems: aws.Int32(1)})
	if err != nil || len(list.FunctionUrlConfigs) != 1 || list.NextMarker == nil {
		t.Fatalf("%s %v", show(list), err)
	}
	list, err = c.ListFunctionUrlConfigs(ctx, &lambda.ListFunctionUrlConfigsInput{FunctionName: f, Marker: list.NextMarker})
	if err != nil || len(list.FunctionUrlConfigs) != 1 || *list.FunctionUrlConfigs[0].FunctionUrl != live || list.NextMarker != nil {
		t.Errorf("%s %v", show(list), err)
	}
	if got, err := c.GetFunctionUrlConfig(ctx, &lambda.GetFunctionUrlConfigInput{FunctionName: f, Qualifier: aws.String("live")}); err != nil || *got.FunctionUrl != live {
		t.Errorf("%s %v", show(got), err)
	}
	if got, _ := fetch(t, http.MethodGet, *first.FunctionUrl, ""); !strings.HasPrefix(got, "200") {
		t.Error(got)
	}
	if _, err := c.DeleteFunctionUrlConfig(ctx, &lambda.DeleteFunctionUrlConfigInput{FunctionName: f}); err != nil {
		t.Fatal(err)
	}
	if got, _ := fetch(t, http.MethodGet, *first.FunctionUrl, ""); !strings.HasPrefix(got, "404") {
		t.Errorf("deleted: %s", got)
	}
	if _, err := c.DeleteFunction(ctx, &lambda.DeleteFunctionInput{FunctionName: f}); err != nil {
		t.Fatal(err)
	}
	if got, _ := fetch(t, http.MethodGet, live, ""); !strings.HasPrefix(got, "404") {
		t.Errorf("of a deleted function: %s", got)
	}
}

// TestFunctionURLPolicy: the statement by which AWS opens a URL is kept.
func TestFunctionURLPolicy(t *testing.T) {
	t.Parallel()
	c := newLambda(start(t))
	made(t, c, provided(t, "f"))
	out, err := c.AddPermission(t.Context(), &lambda.AddPermissionInput{
		FunctionName: aws.String("f"), StatementId: aws.String("url"), Action: aws.String("lambda:InvokeFunctionUrl"), Principal: aws.String("*"), FunctionUrlAuthType: types.FunctionUrlAuthTypeNone,
	})
	const want = `{"Sid":"url","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunctionUrl","Resource":"` + functionARN + `f","Condition":{"StringEquals":{"lambda:FunctionUrlAuthType":"NONE"}}}`
	if err != nil || *out.Statement != want {
		t.Errorf("%s %v", show(out), err)
	}
}

// signedURL is a request to a URL, signed by AWS's signer.
func signedURL(t *testing.T, method, address, body string, key aws.Credentials, service string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(body))
	if err := v4.NewSigner().SignHTTP(context.Background(), key, req, hex.EncodeToString(sum[:]), service, "us-east-1", time.Now()); err != nil {
		t.Fatal(err)
	}
	return req
}

// TestFunctionURLSigned: a URL of type AWS_IAM takes what is signed for Lambda,
// by whom is only known where there are keys.
func TestFunctionURLSigned(t *testing.T) {
	t.Parallel()
	cfg := server.DefaultConfig()
	cfg.Functions = true
	base := serveWith(t, cfg, filepath.Join(t.TempDir(), "data"), time.Now)
	in := python(t, "f")
	made(t, newLambda(base), in)
	address := newURL(t, newLambda(base), &lambda.CreateFunctionUrlConfigInput{FunctionName: aws.String("f"), AuthType: types.FunctionUrlAuthTypeAwsIam})
	forged := aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}
	const forbidden = `403 {"Message":"Forbidden"}`
	if got, _ := fetch(t, http.MethodGet, address, ""); got != forbidden {
		t.Errorf("unsigned: %s", got)
	}
	if got, _ := sentBy(t, signedURL(t, http.MethodPost, address+"a?b=c", "body", forged, "lambda")); !strings.Contains(got, `"accessKey": "AKIDEXAMPLE"`) {
		t.Errorf("in local mode: %s", got)
	}
	key := makeKey(t, base)
	for _, c := range []struct {
		name, service string
		key           aws.Credentials
		want          string
	}{
		{"good", "lambda", key, `"accountId": "` + account + `"`}, {"forged", "lambda", forged, forbidden}, {"for SQS", "sqs", key, forbidden},
	} {
		got, _ := sentBy(t, signedURL(t, http.MethodPost, address+"a%20b?b=c&a=d", "body", c.key, c.service))
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: %s", c.name, got)
		}
	}
	signed := lambda.New(lambda.Options{Region: "us-east-1", BaseEndpoint: &base, Credentials: credentials.StaticCredentialsProvider{Value: key}, HTTPClient: patient{}, Retryer: aws.NopRetryer{}})
	if _, err := signed.UpdateFunctionUrlConfig(t.Context(), &lambda.UpdateFunctionUrlConfigInput{FunctionName: aws.String("f"), AuthType: types.FunctionUrlAuthTypeNone}); err != nil {
		t.Fatal(err)
	}
	if got, _ := fetch(t, http.MethodGet, address, "", "Origin", "https://page.example"); !strings.HasPrefix(got, "200") {
		t.Errorf("where keys are, as in AWS: %s", got)
	}
}

// TestFunctionDownload: the package comes back as it was sent.
func TestFunctionDownload(t *testing.T) {
	t.Parallel()
	cfg := server.DefaultConfig()
	cfg.BasePath = "/sky"
	base := serveWith(t, cfg, filepath.Join(t.TempDir(), "data"), time.Now)
	c := newLambda(base + "/sky")
	in := provided(t, "f")
	made(t, c, in)
	out, err := c.GetFunction(t.Context(), &lambda.GetFunctionInput{FunctionName: aws.String("f")})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Get(*out.Code.Location)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if got, err := io.ReadAll(resp.Body); err != nil || string(got) != string(in.Code.ZipFile) || resp.StatusCode != http.StatusOK {
		t.Errorf("%s, %d bytes, %v", resp.Status, len(got), err)
	}
	u, err := url.Parse(*out.Code.Location)
	if err != nil || !strings.HasPrefix(u.Path, "/sky/") {
		t.Fatalf("%v %v", u, err)
	}
	q := u.Query()
	q.Set("Expires", "99999999999")
	u.RawQuery = q.Encode()
	if got, _ := fetch(t, http.MethodGet, u.String(), ""); !strings.HasPrefix(got, "403") {
		t.Errorf("a changed link: %s", got)
	}
	address := newURL(t, c, &lambda.CreateFunctionUrlConfigInput{FunctionName: aws.String("f"), AuthType: types.FunctionUrlAuthTypeNone})
	if !strings.HasPrefix(address, base+"/sky/lambda-url/") {
		t.Error(address)
	}
}

// TestFunctionURLsWithCLI runs the commands of docs/function-urls.md and of
// docs/functions.md.
func TestFunctionURLsWithCLI(t *testing.T) {
	t.Parallel()
	needs(t, "python3", "python3", "-c", "")
	base := start(t)
	a, c := newCLI(t, base), newLambda(base)
	in := python(t, "ship")
	in.Publish = true
	made(t, c, in)
	queueURL, ok := a.seen(t, "--endpoint-url "+base+" sqs create-queue --queue-name orders --query QueueUrl").(string)
	if !ok {
		t.Fatal("no queue")
	}
	const f = " --function-name ship"
	address, _ := a.seen(t, "lambda create-function-url-config"+f+" --auth-type NONE --query FunctionUrl").(string)
	if got, _ := fetch(t, http.MethodPost, address+"orders?fast=1", `{"id":7}`, "Content-Type", "application/json"); !strings.Contains(got, `"rawQueryString": "fast=1"`) {
		t.Errorf("%s: %s", address, got)
	}
	link, _ := a.seen(t, "lambda get-function"+f+" --query Code.Location").(string)
	if got, _ := fetch(t, http.MethodGet, link, ""); got != "200 "+strings.TrimSpace(string(in.Code.ZipFile)) {
		t.Errorf("%s: %d bytes", link, len(got))
	}
	pattern := `{"body":{"price":[{"numeric":[">",100]}]}}`
	for _, s := range []struct {
		command, want string
		more          []string
	}{
		{command: "lambda update-function-url-config" + f + " --auth-type AWS_IAM --query AuthType", want: "AWS_IAM"},
		{command: "lambda get-function-url-config" + f + " --query FunctionUrl", want: address},
		{command: "lambda list-function-url-configs" + f + " --query FunctionUrlConfigs[0].InvokeMode", want: "BUFFERED"},
		{
			command: "lambda create-event-source-mapping" + f + " --event-source-arn arn:aws:sqs:us-east-1:" + account + ":orders --query FilterCriteria.Filters[0].Pattern", want: pattern,
			more: []string{"--filter-criteria", `{"Filters":[{"Pattern":"` + strings.ReplaceAll(pattern, `"`, `\"`) + `"}]}`},
		},
		{command: "lambda put-function-recursion-config" + f + " --recursive-loop Allow --query RecursiveLoop", want: "Allow"},
		{command: "lambda get-function-recursion-config" + f + " --query RecursiveLoop", want: "Allow"},
		{command: "lambda put-provisioned-concurrency-config" + f + " --qualifier 1 --provisioned-concurrent-executions 1 --query Status", want: "IN_PROGRESS"},
		{command: "lambda list-provisioned-concurrency-configs" + f + " --query ProvisionedConcurrencyConfigs[0].FunctionArn", want: functionARN + "ship:1"},
	} {
		if got := a.seen(t, s.command, s.more...); got != s.want {
			t.Errorf("%s: %v, want %s", s.command, got, s.want)
		}
	}
	for _, command := range []string{"delete-provisioned-concurrency-config --qualifier 1", "delete-function-url-config"} {
		if _, errs, err := a.run(t, "lambda "+command+f); err != nil {
			t.Errorf("%s: %v %s", command, err, errs)
		}
	}
	_, errs, err := a.run(t, "lambda get-function-url-config"+f)
	if err == nil || !strings.Contains(errs, "(ResourceNotFoundException) when calling the GetFunctionUrlConfig operation") {
		t.Errorf("%v %s", err, errs)
	}
	for _, price := range []string{"50", "150"} {
		if _, errs, err := a.run(t, "--endpoint-url "+base+" sqs send-message --queue-url "+queueURL+" --message-body", `{"price":`+price+`}`); err != nil {
			t.Errorf("%v %s", err, errs)
		}
	}
	eventually(t, 20*time.Second, "no message is taken", func() bool {
		out, _, err := a.run(t, "--endpoint-url "+base+" sqs get-queue-attributes --attribute-names All --queue-url "+queueURL+" --query Attributes.[ApproximateNumberOfMessages,ApproximateNumberOfMessagesNotVisible]")
		return err == nil && strings.Join(strings.Fields(out), "") == `["0","0"]`
	})
}
