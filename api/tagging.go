package api

import (
	"context"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"

	"skywatch/internal/arn"
	"skywatch/internal/fault"
)

// taggingOperations are those of the Resource Groups Tagging API by which
// dashboards and exporters find resources: what is tagged in any room.
func taggingOperations(r Rooms) []offered {
	a := taggingAPI{r}
	return []offered{offer("GetResources", a.resources, shownNeighbours, Fields{
		"ResourceTypeFilters": Acts, "TagFilters": Acts, "TagFilters.Key": Acts, "TagFilters.Values": Acts, "ResourceARNList": Acts,
		"PaginationToken": Acts, "ResourcesPerPage": Acts,
		// TagsPerPage is of an older way of paging; tag policies are none here.
		"TagsPerPage": Refused, "IncludeComplianceDetails": Refused, "ExcludeCompliantResources": Refused,
	})}
}

// taggingAPI turns the tagging API's shapes into calls of the rooms.
type taggingAPI struct{ rooms Rooms }

// Bounds of ResourcesPerPage (API reference).
const (
	resourcesPerPage     = 50
	mostResourcesPerPage = 100
)

func (a taggingAPI) resources(_ context.Context, c *Call, in *sdk.GetResourcesInput) (*sdk.GetResourcesOutput, error) {
	per := resourcesPerPage
	if in.ResourcesPerPage != nil {
		per = int(*in.ResourcesPerPage)
	}
	if per < 1 || per > mostResourcesPerPage { // wording (inferred)
		return nil, fault.New(fault.InvalidValue, "ResourcesPerPage must be between 1 and %d.", mostResourcesPerPage).On("ResourcesPerPage")
	}
	if len(in.ResourceARNList) > 0 && (len(in.ResourceTypeFilters) > 0 || len(in.TagFilters) > 0 || text(in.PaginationToken) != "") { // wording (inferred)
		return nil, fault.New(fault.InvalidValue, "ResourceARNList can not be combined with other filters or a PaginationToken.").On("ResourceARNList")
	}
	after, err := readToken(in.PaginationToken, "tagged", 1)
	if err != nil {
		return nil, fault.New(fault.InvalidToken, "The PaginationToken is not valid.").On("PaginationToken") // wording (inferred)
	}
	all, err := a.tagged(c.Tenant, func(r tagged) bool { return r.arn > after[0] && wanted(in, r) })
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(x, y tagged) int { return strings.Compare(x.arn, y.arn) })
	out := &sdk.GetResourcesOutput{PaginationToken: new(""), ResourceTagMappingList: []types.ResourceTagMapping{}} // an empty token is sent, too
	if len(all) > per {
		all = all[:per]
		out.PaginationToken = writeToken("tagged", all[per-1].arn)
	}
	for _, r := range all {
		out.ResourceTagMappingList = append(out.ResourceTagMappingList, types.ResourceTagMapping{ResourceARN: &r.arn, Tags: r.wire()})
	}
	return out, nil
}

// wanted reports whether a request is for a resource.
func wanted(in *sdk.GetResourcesInput, r tagged) bool {
	any := func(filters []string, takes func(string) bool) bool {
		return len(filters) == 0 || slices.ContainsFunc(filters, takes)
	}
	if !any(in.ResourceARNList, func(a string) bool { return a == r.arn }) || !any(in.ResourceTypeFilters, r.is) {
		return false
	}
	for _, f := range in.TagFilters {
		value, ok := r.tags[text(f.Key)]
		if !ok || !any(f.Values, func(v string) bool { return v == value }) {
			return false
		}
	}
	return true
}

// is reports whether a resource is of a type: a service, or one of its kinds of
// resources (sqs, lambda:function). The kind is what the ARN's resource begins
// with; where it has none, the service has one kind only.
func (r tagged) is(kind string) bool {
	service, of, narrow := strings.Cut(kind, ":")
	a, err := arn.Parse(r.arn)
	if err != nil || a.Service != service {
		return false
	}
	if !narrow {
		return true
	}
	if only, ok := onlyKind[service]; ok {
		return of == only
	}
	return strings.HasPrefix(a.Resource, of+":") || strings.HasPrefix(a.Resource, of+"/")
}

// onlyKind are the kinds of the services whose ARNs do not say it.
var onlyKind = map[string]string{"sns": "topic", "sqs": "queue"}
