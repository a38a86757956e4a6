"""Medical mutual aid: what a worker who contributed gets on a hospital bill."""

from medical_mutual_aid.scheme import MedicalMutualAid, bangfu_programmes

__all__ = ["MedicalMutualAid", "bangfu_programmes"]
