# Sets the passwords of the roles that deploy/roles.sql has created. The image of PostgreSQL runs it.
psql -v ON_ERROR_STOP=1 -v owner="$OWNER_PASSWORD" -v runtime="$DATABASE_PASSWORD" \
  --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
alter role rollcall_owner password :'owner';
alter role rollcall password :'runtime';
SQL
