"""Means verification (居民家庭经济状况核对) and active discovery (主动发现)."""
