-- Who adds a line says which day its fees are paid for: it depends on the line's own time zone.
ALTER TABLE "subscribers" ALTER COLUMN "fees_through" DROP DEFAULT;
