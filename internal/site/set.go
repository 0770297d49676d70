package site

import (
	"errors"
	"reflect"
	"slices"
	"strings"
)

// Keys are the keys of a site in the file, in their order.
func Keys() []string {
	var all []string
	for f := range reflect.TypeFor[Site]().Fields() {
		if key := keyOfField(f); key != "" {
			all = append(all, key)
		}
	}
	return all
}

// keyOfField gives the key under which the file has a field, "" for the name.
func keyOfField(f reflect.StructField) string {
	key, _, _ := strings.Cut(f.Tag.Get("toml"), ",")
	return strings.TrimPrefix(key, "-")
}

// Fields gives what is set of a site by the keys of the file.
func Fields(s Site) map[string]any {
	all := map[string]any{}
	v := reflect.ValueOf(s)
	for f := range v.Type().Fields() {
		if value, key := v.FieldByIndex(f.Index), keyOfField(f); key != "" && !value.IsZero() {
			all[key] = value.Interface()
		}
	}
	return all
}

// Set gives a site with a key set as the file would; texts need no quotes. An empty value takes the key away.
func Set(s Site, key, value string) (Site, error) {
	if !slices.Contains(Keys(), key) {
		return s, errors.New("there is no such key; they are " + strings.Join(Keys(), ", "))
	}
	before := s
	field := fieldOf(&s, key)
	field.SetZero()
	if value == "" {
		return s, nil
	}
	if field.Kind() == reflect.String {
		field.SetString(value)
		return s, s.checkKey(key)
	}
	d := parse([]byte(key + " = " + value))
	if len(d.Faults) > 0 || len(d.Tables[0].Pairs) != 1 {
		return before, errors.New("it wants " + wanted(key))
	}
	return d.apply(s, d.Tables[0].Pairs[0])
}

func fieldOf(s *Site, key string) reflect.Value {
	v := reflect.ValueOf(s).Elem()
	for f := range v.Type().Fields() {
		if keyOfField(f) == key {
			return v.FieldByIndex(f.Index)
		}
	}
	return reflect.Value{} // not reached: the key is one of Keys
}

// checkKey tells what is wrong with one key of a site.
func (s Site) checkKey(key string) error {
	for _, c := range checks() {
		if c.key == key {
			return c.check(s)
		}
	}
	return nil
}

// Text gives the value of a key as Set takes it, "" where it is not set.
func Text(s Site, key string) string {
	field := fieldOf(&s, key)
	if !field.IsValid() || field.IsZero() {
		return ""
	}
	if field.Kind() == reflect.String {
		return field.String()
	}
	all, _ := pairsOf(s) // a site that was read can be written
	for _, p := range all {
		if p.key == key {
			return strings.Join(strings.Fields(p.value), " ")
		}
	}
	return ""
}
