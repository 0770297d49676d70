package localfs

import (
	"os/user"
	"strconv"
)

// nameOrNumber asks for the name of a user or group; one without a name is told by its number.
func nameOrNumber(id uint32, ask func(id string) string) string {
	number := strconv.FormatUint(uint64(id), 10)
	if name := ask(number); name != "" {
		return name
	}
	return number
}

func userName(id string) string {
	u, err := user.LookupId(id)
	if err != nil {
		return ""
	}
	return u.Username
}

func groupName(id string) string {
	g, err := user.LookupGroupId(id)
	if err != nil {
		return ""
	}
	return g.Name
}
