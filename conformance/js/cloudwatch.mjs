// Drives a server with the AWS SDK for JavaScript v3 and prints what the
// program sees, one JSON object. The Go test compares it.
//
//   node cloudwatch.mjs <endpoint> <start, epoch seconds>
import {
  CloudWatchClient, PutMetricDataCommand, ListMetricsCommand, GetMetricStatisticsCommand, GetMetricDataCommand,
  PutMetricAlarmCommand, DescribeAlarmsCommand, SetAlarmStateCommand, DeleteAlarmsCommand, GetMetricStreamCommand,
} from "@aws-sdk/client-cloudwatch";

const [endpoint, start] = process.argv.slice(2);
const client = new CloudWatchClient({
  endpoint, region: "us-east-1", maxAttempts: 1, credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
});
const at = new Date(Number(start) * 1000);
const minutes = (n) => new Date(at.getTime() + n * 60_000);
const seen = {};

// refusal is what a program can tell of an error.
async function refusal(command) {
  try {
    await client.send(command);
    return "answered";
  } catch (e) {
    return { name: e.name, code: e.Code, message: e.message, status: e.$metadata?.httpStatusCode, fault: e.$fault, id: Boolean(e.$metadata?.requestId) };
  }
}

await client.send(new PutMetricDataCommand({
  Namespace: "JS",
  MetricData: [
    { MetricName: "m", Timestamp: new Date(at.getTime() + 678), Value: 41, Dimensions: [{ Name: "Host", Value: "a" }] },
    { MetricName: "m", Timestamp: minutes(1), Value: 0.5, Dimensions: [{ Name: "Host", Value: "a" }] },
    { MetricName: "d", Timestamp: at, Values: [1, 2], Counts: [3, 4], Unit: "Milliseconds" },
  ],
}));

// Over 10 KB: sent with gzip.
await client.send(new PutMetricDataCommand({
  Namespace: "JS/Large",
  MetricData: Array.from({ length: 600 }, (_, i) => ({ MetricName: `metric-${i}`, Timestamp: at, Value: i })),
}));

const pages = [];
for (let token; ;) {
  const page = await client.send(new ListMetricsCommand({ Namespace: "JS/Large", NextToken: token }));
  pages.push(page.Metrics.length);
  token = page.NextToken;
  if (!token) break;
}
seen.pages = pages;

seen.metrics = (await client.send(new ListMetricsCommand({ Namespace: "JS", MetricName: "m" }))).Metrics;
seen.statistics = (await client.send(new GetMetricStatisticsCommand({
  Namespace: "JS", MetricName: "d", StartTime: at, EndTime: minutes(1), Period: 60, Statistics: ["SampleCount", "Sum"], ExtendedStatistics: ["p100"],
}))).Datapoints;
const data = await client.send(new GetMetricDataCommand({
  StartTime: at, EndTime: minutes(3),
  MetricDataQueries: [{ Id: "a", MetricStat: { Metric: { Namespace: "JS", MetricName: "m", Dimensions: [{ Name: "Host", Value: "a" }] }, Period: 60, Stat: "Sum" } }],
}));
seen.data = { results: data.MetricDataResults, messages: data.Messages };

await client.send(new PutMetricAlarmCommand({
  AlarmName: "js", Namespace: "JS", MetricName: "nobody", Statistic: "Sum", Period: 60, EvaluationPeriods: 1, Threshold: 1,
  ComparisonOperator: "GreaterThanThreshold", TreatMissingData: "ignore",
}));
await client.send(new SetAlarmStateCommand({ AlarmName: "js", StateValue: "OK", StateReason: "by hand" }));
const [alarm] = (await client.send(new DescribeAlarmsCommand({ AlarmNames: ["js"] }))).MetricAlarms;
for (const [name, value] of Object.entries(alarm)) {
  if (value instanceof Date) alarm[name] = "a time";
}
seen.alarm = alarm;
seen.deleted = (await client.send(new DeleteAlarmsCommand({ AlarmNames: ["js"] }))).$metadata.httpStatusCode;

seen.refusals = {
  combination: await refusal(new PutMetricDataCommand({ Namespace: "JS", MetricData: [{ MetricName: "m", Value: 1, Values: [1] }] })),
  notFound: await refusal(new SetAlarmStateCommand({ AlarmName: "nobody", StateValue: "OK", StateReason: "r" })),
  validation: await refusal(new SetAlarmStateCommand({ AlarmName: "js", StateValue: "INVALID", StateReason: "r" })),
  token: await refusal(new ListMetricsCommand({ NextToken: "nonsense" })),
  unknown: await refusal(new GetMetricStreamCommand({ Name: "d" })),
};
console.log(JSON.stringify(seen));
