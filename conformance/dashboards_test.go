package conformance_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	gocmp "github.com/google/go-cmp/cmp"
)

func putDashboard(name, body string) *cloudwatch.PutDashboardInput {
	return &cloudwatch.PutDashboardInput{DashboardName: &name, DashboardBody: &body}
}

func getDashboard(name string) *cloudwatch.GetDashboardInput {
	return &cloudwatch.GetDashboardInput{DashboardName: &name}
}

func dashboardARN(name string) string {
	return "arn:aws:cloudwatch::" + account + ":dashboard/" + name
}

// unknownDashboard is spelled by Query's code, and by the shape in JSON and CBOR.
func unknownDashboard(name string) *refusal {
	r := modelled("DashboardNotFoundError", 404, "Dashboard "+name+" does not exist")
	r.code = "ResourceNotFound"
	return r
}

func invalidDashboard(text string) *refusal {
	r := modelled("DashboardInvalidInputError", 400, text)
	r.code = "InvalidParameterInput"
	return r
}

const (
	foreignName = "The value for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_).\n"
	noMarkdown  = "The dashboard body is invalid, there are 1 validation errors:\n[\n  {\n    \"dataPath\": \"/widgets/0/properties\",\n    \"message\": \"Should have required property 'markdown'\"\n  }\n]"
)

// TestDashboards makes, reads, lists, tags and deletes a dashboard in every
// dialect.
func TestDashboards(t *testing.T) {
	t.Parallel()
	server := start(t)
	eachDialect(t, server, func(t *testing.T, c *caller) {
		name := "d-" + c.name
		arn := dashboardARN(name)
		const body = "{ \"widgets\": [{\"type\": \"text\", \"z\": 1, \"properties\": {\"markdown\": \"ü <&>\"}}] }"
		tagged := putDashboard(name, body)
		tagged.Tags = []types.Tag{{Key: aws.String("b"), Value: aws.String("2")}, {Key: aws.String("a"), Value: aws.String("1")}}
		elsewhere := *c // another region of the account sees the same
		elsewhere.region = "sa-east-1"
		elsewhere.as(dummyKey)
		c.run(t,
			row{name: "unknown", in: getDashboard(name), refused: unknownDashboard(name)},
			row{name: "put", in: tagged, want: &cloudwatch.PutDashboardOutput{DashboardValidationMessages: []types.DashboardValidationMessage{{
				DataPath: aws.String("/widgets/0/z"), Message: aws.String(`The "z" property is not expected to be part of a widget definition, will be ignored`),
			}}}},
			row{name: "no body", in: putDashboard(name, ""), refused: invalidValue("The parameter DashboardBody is required.")},
			row{name: "no object", in: putDashboard(name, "[]"), refused: invalidDashboard("The field DashboardBody must be a valid JSON object")},
			row{name: "mistake", in: putDashboard(name, `{"widgets":[{"type":"text","properties":{}}]}`), refused: invalidDashboard(noMarkdown)},
			row{name: "name", in: putDashboard("a b", `{"widgets":[]}`), refused: invalidValue(foreignName)},
			row{name: "tags", in: &cloudwatch.ListTagsForResourceInput{ResourceARN: &arn}, want: &cloudwatch.ListTagsForResourceOutput{Tags: []types.Tag{
				{Key: aws.String("a"), Value: aws.String("1")}, {Key: aws.String("b"), Value: aws.String("2")},
			}}},
			row{name: "tag", in: &cloudwatch.TagResourceInput{ResourceARN: &arn, Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("3")}}}, want: &cloudwatch.TagResourceOutput{}},
			row{name: "untag", in: &cloudwatch.UntagResourceInput{ResourceARN: &arn, TagKeys: []string{"b"}}, want: &cloudwatch.UntagResourceOutput{}},
			row{name: "token", in: &cloudwatch.ListDashboardsInput{NextToken: aws.String("nonsense")}, refused: modelled("InvalidNextToken", 400, "Invalid NextToken : nonsense")},
		)
		elsewhere.run(t,
			row{name: "get elsewhere", in: getDashboard(name), want: &cloudwatch.GetDashboardOutput{
				DashboardArn: &arn, DashboardName: &name, DashboardBody: aws.String(`{"widgets":[{"type":"text","z":1,"properties":{"markdown":"ü <&>"}}]}`),
			}},
			row{name: "tags elsewhere", in: &cloudwatch.ListTagsForResourceInput{ResourceARN: &arn}, want: &cloudwatch.ListTagsForResourceOutput{Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("3")}}}},
			row{name: "list elsewhere", in: &cloudwatch.ListDashboardsInput{DashboardNamePrefix: &name}, check: func(t *testing.T, out any) { listed(t, out, c.name, arn, len(body)) }},
			row{name: "delete", in: &cloudwatch.DeleteDashboardsInput{DashboardNames: []string{name, "unknown"}}, want: &cloudwatch.DeleteDashboardsOutput{}},
			row{name: "gone", in: getDashboard(name), refused: unknownDashboard(name)},
		)
	})
}

// listed holds the entry of the dashboard of a dialect. Names of other dialects
// may begin with its name.
func listed(t *testing.T, out any, dialect, arn string, size int) {
	t.Helper()
	got := out.(*cloudwatch.ListDashboardsOutput)
	if len(got.DashboardEntries) == 0 || got.NextToken != nil {
		t.Fatalf("listed %s", show(out))
	}
	e := got.DashboardEntries[0]
	if *e.DashboardName != "d-"+dialect || *e.DashboardArn != arn || *e.Size != int64(size) ||
		e.LastModified.Nanosecond() != 0 || time.Since(*e.LastModified).Abs() > time.Minute {
		t.Errorf("listed %s", show(e))
	}
}

// TestDashboardFindings holds that the modelled error has each mistake by itself.
func TestDashboardFindings(t *testing.T) {
	t.Parallel()
	server := start(t)
	eachDialect(t, server, func(t *testing.T, c *caller) {
		_, err := c.call(t.Context(), putDashboard("d", `{"widgets":[{"type":"text","properties":{}}]}`))
		var refused *types.DashboardInvalidInputError
		if !errors.As(err, &refused) {
			t.Fatalf("%T %v", err, err)
		}
		want := []types.DashboardValidationMessage{{DataPath: aws.String("/widgets/0/properties"), Message: aws.String("Should have required property 'markdown'")}}
		if diff := gocmp.Diff(want, refused.DashboardValidationMessages, sdkStructs); diff != "" {
			t.Error(diff)
		}
	})
}

// TestTerraformDashboard replays what Terraform's AWS provider calls for an
// aws_cloudwatch_dashboard: make, read, plan again, change, delete. A plan ends
// only if the body that comes back is the same JSON.
func TestTerraformDashboard(t *testing.T) {
	t.Parallel()
	c := newCaller(start(t), dialects()[0])
	files, err := filepath.Glob(filepath.Join("..", "dashboards", "body", "testdata", "real", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := "tf-" + strings.TrimSuffix(filepath.Base(file), ".json")
		for _, body := range []string{string(text), `{"widgets":[]}`} {
			put := c.must(t, putDashboard(name, body)).(*cloudwatch.PutDashboardOutput)
			if len(put.DashboardValidationMessages) > 0 {
				t.Errorf("%s: %s", name, show(put))
			}
			for range 2 { // after the apply, and for the next plan
				got := c.must(t, getDashboard(name)).(*cloudwatch.GetDashboardOutput)
				if diff := gocmp.Diff(parsed(t, body), parsed(t, *got.DashboardBody)); diff != "" || *got.DashboardArn != dashboardARN(name) {
					t.Errorf("%s: %s", show(got), diff)
				}
			}
		}
		c.must(t, &cloudwatch.DeleteDashboardsInput{DashboardNames: []string{name}})
		var gone *types.DashboardNotFoundError
		if _, err := c.call(t.Context(), getDashboard(name)); !errors.As(err, &gone) {
			t.Errorf("after its deletion: %T %v", err, err)
		}
	}
}
