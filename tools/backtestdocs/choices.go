package main

import (
	"fmt"
	"strconv"
	"strings"
)

// choice is the alarm that a person would put on a series who knows what the metric
// is of and has looked at its first days, but not at what came then.
type choice struct {
	file string // without .csv
	what string
	// Of the last n periods of 5 minutes m must be beyond the threshold.
	below     bool
	threshold float64
	m, n      int
	unit      unit
	why       string
}

// unit is how a metric's values are written.
type unit string

const (
	percent   unit = "%"
	megabytes unit = "MB" // of values in bytes
	none      unit = ""
)

// write writes a value in the unit.
func (u unit) write(v float64) string {
	if u == megabytes {
		v /= 1e6
	}
	return strings.TrimSpace(strconv.FormatFloat(v, 'g', 4, 64) + " " + string(u))
}

// alarm is the choice in words.
func (c *choice) alarm() string {
	sign := ">"
	if c.below {
		sign = "<"
	}
	times := fmt.Sprintf("for %d minutes", 5*c.n)
	if c.m < c.n {
		times = fmt.Sprintf("in %d of %d periods", c.m, c.n)
	}
	return sign + " " + c.unit.write(c.threshold) + " " + times
}

func choices() []choice {
	return []choice{
		{"ec2_cpu_utilization_24ae8d", "CPU of an idle machine", false, 2, 1, 1, percent, "it has nothing to do but a job a day, of 1.6 %"},
		{"ec2_cpu_utilization_53ea38", "CPU of a nearly idle machine", false, 2.2, 3, 5, percent, "steady at 1.8 %; single peaks are its jobs"},
		{"ec2_cpu_utilization_5f5533", "CPU of a steady machine", false, 60, 1, 1, percent, "it stays below 55 %"},
		{"ec2_cpu_utilization_77c1ca", "CPU of a worker", false, 90, 3, 3, percent, "bursts are its work; 15 minutes at the limit are a queue"},
		{"ec2_cpu_utilization_825cc2", "CPU of a busy worker", true, 70, 3, 3, percent, "a worker that rests has lost its queue"},
		{"ec2_cpu_utilization_ac20cd", "CPU of a server", false, 80, 3, 3, percent, "the usual rule"},
		{"ec2_cpu_utilization_c6585a", "CPU of an idle machine", false, 2, 1, 1, percent, "it has nothing to do but a job a day, of 1.6 %"},
		{"ec2_cpu_utilization_fe7f93", "CPU of a machine with jobs", false, 85, 1, 1, percent, "its jobs take up to 80 %"},
		{"ec2_disk_write_bytes_1ef3de", "bytes written to disk", false, 250e6, 1, 12, megabytes, "jobs write up to 190 MB; an hour of them is one incident"},
		{"ec2_disk_write_bytes_c0d644", "bytes written to disk", false, 600e6, 1, 12, megabytes, "jobs write up to 500 MB; an hour of them is one incident"},
		{"ec2_network_in_257a54", "bytes received", false, 20e6, 1, 1, megabytes, "3 MB each hour, 11 MB at most"},
		{"ec2_network_in_5abac7", "bytes received", false, 6e6, 1, 12, megabytes, "transfers are of 5.4 MB; an hour of them is one incident"},
		{"elb_request_count_8c0756", "requests of a load balancer", false, 250, 2, 3, none, "single peaks are served; a crowd is not"},
		{"grok_asg_anomaly", "a metric of an auto-scaling group", true, 16, 3, 3, none, "33 for days: half of it gone is an outage"},
		{"iio_us-east-1_i-a2eb1cd9_NetworkIn", "bytes received", false, 40e6, 1, 1, megabytes, "far above all but the first hour"},
		{"rds_cpu_utilization_cc0c53", "CPU of a database", false, 9, 3, 3, percent, "half as much again as it takes"},
		{"rds_cpu_utilization_e47b3b", "CPU of a database", false, 20, 3, 3, percent, "half as much again as it takes"},
	}
}
