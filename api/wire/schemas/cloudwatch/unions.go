package cloudwatch

import "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

// Unions returns a value of every union member struct of the service, for
// wire.Service. A test of package wire fails when the SDK has a new one.
func Unions() []any {
	return []any{
		&types.EvaluationCriteriaMemberPromQLCriteria{},
		&types.EvaluationWindowMemberSlidingWindow{},
		&types.EvaluationWindowMemberWallClockWindow{},
	}
}
