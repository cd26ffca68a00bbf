package conformance_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	gocmp "github.com/google/go-cmp/cmp"

	"skywatch/server"
)

func newCloudWatchIn(server, region string) *cloudwatch.Client {
	return cloudwatch.New(cloudwatch.Options{Region: region, BaseEndpoint: &server, Credentials: dummyKey, HTTPClient: patient{}, Retryer: aws.NopRetryer{}})
}

// totals asks for statistics of one metric, a query each, over some hours around
// now in one period; where there are no data it is 0.
func totals(t *testing.T, c *cloudwatch.Client, namespace, name string, dimensions []types.Dimension, stats ...string) []float64 {
	t.Helper()
	end := time.Now().UTC().Truncate(time.Hour).Add(2 * time.Hour)
	in := &cloudwatch.GetMetricDataInput{StartTime: aws.Time(end.Add(-4 * time.Hour)), EndTime: &end}
	for i, stat := range stats {
		in.MetricDataQueries = append(in.MetricDataQueries, types.MetricDataQuery{
			Id: aws.String(fmt.Sprintf("q%d", i)), MetricStat: &types.MetricStat{
				Metric: &types.Metric{Namespace: &namespace, MetricName: &name, Dimensions: dimensions}, Period: aws.Int32(4 * 3600), Stat: &stat,
			},
		})
	}
	out, err := c.GetMetricData(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	total := make([]float64, len(stats))
	for i := range out.MetricDataResults {
		for _, v := range out.MetricDataResults[i].Values {
			total[i] += v // of two periods, where a boundary lies between
		}
	}
	return total
}

// TestEMF puts documents with boto3 and reads their metrics with the Go SDK.
func TestEMF(t *testing.T) {
	t.Parallel()
	needs(t, "boto3", "python3", "-c", "import boto3")
	url := start(t)
	c := newCloudWatchIn(url, "eu-west-3")
	seen, ok := script(t, "python3", "py/emf.py", url).(map[string]any)
	if !ok || seen["events"] != 7.0 || gocmp.Diff([]any{nil, nil, nil}, seen["rejected"]) != "" {
		t.Errorf("%v", seen)
	}
	for _, q := range []struct {
		name       string
		dimensions []types.Dimension
		want       []float64
	}{
		{"took", dims("service", "cart"), []float64{3, 367.5, 340}},
		{"took", dims("service", "cart", "stage", "prod"), []float64{3, 367.5, 340}},
		{"hits", dims("service", "cart"), []float64{1, 2, 2}},
		{"hits", dims("service", "cart", "stage", "prod"), []float64{1, 2, 2}},
		{"took", nil, []float64{2, 14, 7}},
	} {
		got := totals(t, c, "shop", q.name, q.dimensions, "SampleCount", "Sum", "Maximum")
		if diff := gocmp.Diff(q.want, got); diff != "" {
			t.Errorf("%s %v (-want +got):\n%s", q.name, show(q.dimensions), diff)
		}
	}
	group := dims("LogGroupName", "g")
	eventually(t, 20*time.Second, "the group's own metrics", func() bool {
		return totals(t, c, "AWS/Logs", "EMFParsingErrors", group, "Sum")[0] == 1 && totals(t, c, "AWS/Logs", "EMFValidationErrors", group, "Sum")[0] == 2 &&
			totals(t, c, "AWS/Logs", "IncomingLogEvents", group, "Sum")[0] == 7 && totals(t, c, "AWS/Logs", "IncomingLogEvents", nil, "Sum")[0] == 7
	})
}

// What a function prints counts too.
func TestEMFOfFunctions(t *testing.T) {
	t.Parallel()
	url := start(t)
	f, c := newLambda(url), newCloudWatchIn(url, "us-east-1")
	in := python(t, "f")
	in.Code.ZipFile = zipped(t, "app.py", `import json, time
def handler(event, context):
    print(json.dumps({"_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [
        {"Namespace": "shop", "Dimensions": [["function"]], "Metrics": [{"Name": "orders", "Unit": "Count"}]}]}, "function": "f", "orders": event["n"]}))
`)
	made(t, f, in)
	for _, n := range []string{"3", "4"} {
		if _, err := f.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: aws.String("f"), Payload: []byte(`{"n":` + n + `}`)}); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, 20*time.Second, "the orders are counted", func() bool {
		return totals(t, c, "shop", "orders", dims("function", "f"), "Sum")[0] == 7
	})
}

// postDocuments posts to the plain endpoint.
func postDocuments(t *testing.T, url, body string) (status int, answer string) {
	t.Helper()
	r, err := client.Post(url+"/skywatch/v1/emf", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, strings.TrimSpace(string(b))
}

// orders is a document of one metric.
func orders(n int) string {
	return fmt.Sprintf(`{"_aws":{"Timestamp":%d,"CloudWatchMetrics":[{"Namespace":"shop","Dimensions":[["page"]],"Metrics":[{"Name":"orders"}]}]},"page":"home","orders":%d}`, time.Now().UnixMilli(), n)
}

// TestEMFDoors puts documents over plain HTTP and over TCP.
func TestEMFDoors(t *testing.T) {
	t.Parallel()
	cfg := server.DefaultConfig()
	cfg.EMFListen = freeAddress(t)
	url := serveWith(t, cfg, filepath.Join(t.TempDir(), "data"), time.Now)
	var indented strings.Builder
	encoder := json.NewEncoder(&indented)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(json.RawMessage(orders(1))); err != nil {
		t.Fatal(err)
	}
	const none = "It is no document of the embedded metric format."
	for _, c := range []struct {
		body   string
		status int
		answer string
	}{
		{orders(1), http.StatusOK, `{"Taken":1,"Refused":0,"Errors":[]}`},
		{indented.String(), http.StatusOK, `{"Taken":1,"Refused":0,"Errors":[]}`},
		{"", http.StatusOK, `{"Taken":0,"Refused":0,"Errors":[]}`},
		{orders(1) + "\n\nx\n" + orders(1) + "\n", http.StatusOK, `{"Taken":2,"Refused":1,"Errors":[{"Line":3,"Error":"` + none + `"}]}`},
		{"\n\nx\ny", http.StatusBadRequest, `{"Error":"line 3: ` + none + `"}`},
		{strings.Replace(orders(1), `"page":"home",`, "", 1), http.StatusBadRequest, `{"Error":"line 1: CloudWatchMetrics[0]: Dimension \"page\" is not a member of the document that is a string."}`},
	} {
		if status, answer := postDocuments(t, url, c.body); status != c.status || answer != c.answer {
			t.Errorf("%q: %d %s", c.body, status, answer)
		}
	}
	conn, err := net.Dial("tcp", cfg.EMFListen)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, orders(10)+"\nnonsense\n"+orders(10)+"\n"); err != nil {
		t.Fatal(err)
	}
	cw := newCloudWatchIn(url, "us-east-1")
	eventually(t, 20*time.Second, "all are counted", func() bool {
		return totals(t, cw, "shop", "orders", dims("page", "home"), "Sum")[0] == 24
	})
}

// Where there is a key the plain endpoint wants it, and pages of other origins
// cannot write.
func TestEMFKeys(t *testing.T) {
	t.Parallel()
	url := start(t)
	door := url + "/skywatch/v1/emf"
	if got, _ := fetch(t, http.MethodPost, door, orders(1), "Origin", "https://example.com"); !strings.HasPrefix(got, "403 ") {
		t.Errorf("a page: %s", got)
	}
	key := makeKey(t, url)
	for header, want := range map[string]string{
		"": "403 ", "Bearer " + key.AccessKeyID + ":" + key.SecretAccessKey: `200 {"Taken":1,`, "Bearer " + key.AccessKeyID + ":wrong": "403 ",
	} {
		if got, _ := fetch(t, http.MethodPost, door, orders(1), "Authorization", header); !strings.HasPrefix(got, want) {
			t.Errorf("%q: %s", header, got)
		}
	}
}
