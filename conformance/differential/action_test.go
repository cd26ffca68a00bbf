package differential

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

// topicARN is the topic of a state.
func topicARN(state string) string {
	return fmt.Sprintf("arn:aws:sns:%s:%s:%s", trialTenant.Region, trialTenant.Account, state)
}

// topics makes one topic for each state, so that an action tells which state it was of.
func (w *world) topics(t *testing.T) {
	t.Helper()
	client := sns.New(sns.Options{
		Region: trialTenant.Region, BaseEndpoint: aws.String(w.server.URL()), HTTPClient: w.http,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
	for _, state := range []string{"OK", "ALARM", "INSUFFICIENT_DATA"} {
		if _, err := client.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: &state}); err != nil {
			t.Fatal(err)
		}
	}
}

// acted are the actions that an alarm's history says were executed.
func (w *world) acted(t *testing.T, name string) []string {
	t.Helper()
	in := &cloudwatch.DescribeAlarmHistoryInput{
		AlarmName: &name, HistoryItemType: types.HistoryItemTypeAction, ScanBy: types.ScanByTimestampAscending,
		AlarmTypes: []types.AlarmType{types.AlarmTypeMetricAlarm, types.AlarmTypeCompositeAlarm},
	}
	var all []string
	for {
		out, err := w.DescribeAlarmHistory(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range out.AlarmHistoryItems {
			if arn, ok := strings.CutPrefix(aws.ToString(item.HistorySummary), "Successfully executed action "); ok {
				all = append(all, clock(*item.Timestamp)+" "+arn[strings.LastIndex(arn, ":")+1:])
			}
		}
		if out.NextToken == nil {
			return all
		}
		in.NextToken = out.NextToken
	}
}
