// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ILicenseRegistry} from "../interfaces/ILicenseRegistry.sol";
import {IResourceRegistry} from "../interfaces/IResourceRegistry.sol";
import {IStewardRegistry} from "../interfaces/IStewardRegistry.sol";
import {Fixture} from "./Fixture.sol";

contract ResourceRegistryTest is Fixture {
    bytes32 private constant SUCCESSOR = keccak256("second edition");
    bytes32 private constant THIRD = keccak256("third edition");

    // register

    function testFuzz_a_live_registrar_registers_a_resource(bytes32 digest, bytes32 metadata, uint32 time) public {
        vm.assume(digest != 0);
        vm.warp(block.timestamp + _bound(time, 0, 3649 days));
        IResourceRegistry.Registration memory stated = _stated(digest);
        stated.metadata = metadata;
        _expectRegistered(stated);
        vm.prank(REGISTRAR);
        _resources.register(stated);
        _checkState(digest, 1, 0);
        vm.assertEq(_resources.checkActive(digest, STEWARD), 1, "license number");
        _checkAllEventsCounted(_resources);
    }

    function testFuzz_a_large_resource_has_a_cid_of_its_own(bytes32 cidDigest) public {
        vm.assume(cidDigest != 0);
        IResourceRegistry.Registration memory stated = _stated(DIGEST);
        stated.cidCodec = 0x70;
        stated.cidDigest = cidDigest;
        _expectRegistered(stated);
        vm.prank(REGISTRAR);
        _resources.register(stated);
    }

    function test_several_stewards_register_one_digest() public {
        _register(DIGEST);
        IResourceRegistry.Registration memory stated = _stated(DIGEST);
        stated.steward = OTHER_STEWARD;
        vm.prank(OTHER_REGISTRAR);
        _resources.register(stated);
        vm.assertEq(_resources.registration(DIGEST, STEWARD).registrar, REGISTRAR, "first");
        vm.assertEq(_resources.registration(DIGEST, OTHER_STEWARD).registrar, OTHER_REGISTRAR, "second");
    }

    function test_the_digest_zero_is_refused() public {
        _checkRefused(_stated(0), abi.encodeWithSelector(IResourceRegistry.InvalidDigest.selector));
    }

    function testFuzz_a_raw_cid_has_the_digest_of_the_resource(bytes32 cidDigest) public {
        vm.assume(cidDigest != DIGEST);
        IResourceRegistry.Registration memory stated = _stated(DIGEST);
        stated.cidDigest = cidDigest;
        _checkRefused(stated, abi.encodeWithSelector(IResourceRegistry.InvalidCid.selector, 0x55));
    }

    function testFuzz_other_codecs_are_refused(uint8 codec) public {
        vm.assume(codec != 0x55 && codec != 0x70);
        IResourceRegistry.Registration memory stated = _stated(DIGEST);
        stated.cidCodec = codec;
        _checkRefused(stated, abi.encodeWithSelector(IResourceRegistry.InvalidCid.selector, codec));
    }

    function test_a_cid_with_no_digest_is_refused() public {
        IResourceRegistry.Registration memory stated = _stated(DIGEST);
        stated.cidCodec = 0x70;
        stated.cidDigest = 0;
        _checkRefused(stated, abi.encodeWithSelector(IResourceRegistry.InvalidCid.selector, 0x70));
    }

    function testFuzz_a_license_must_be_defined(bytes32 license) public {
        vm.assume(license != _license);
        IResourceRegistry.Registration memory stated = _stated(DIGEST);
        stated.license = license;
        _checkRefused(stated, abi.encodeWithSelector(ILicenseRegistry.LicenseNotFound.selector, license));
    }

    function testFuzz_who_is_no_registrar_registers_nothing(address caller) public {
        vm.assume(caller != REGISTRAR);
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.RegistrarNotLive.selector, STEWARD, caller));
        vm.prank(caller);
        _resources.register(_stated(DIGEST));
    }

    function test_a_registrar_does_not_register_for_another_steward() public {
        IResourceRegistry.Registration memory stated = _stated(DIGEST);
        stated.steward = OTHER_STEWARD;
        _checkRefused(
            stated,
            abi.encodeWithSelector(IStewardRegistry.RegistrarNotLive.selector, OTHER_STEWARD, REGISTRAR)
        );
    }

    function test_a_suspended_steward_registers_nothing() public {
        _suspend();
        _checkRefused(_stated(DIGEST), abi.encodeWithSelector(IStewardRegistry.StewardNotAccredited.selector, STEWARD));
    }

    function test_a_closed_registrar_registers_nothing() public {
        _close();
        _checkRefused(
            _stated(DIGEST),
            abi.encodeWithSelector(IStewardRegistry.RegistrarNotLive.selector, STEWARD, REGISTRAR)
        );
    }

    function test_a_service_registers_nothing() public {
        vm.prank(ADMIN);
        _stewards.addService(STEWARD, STRANGER, START, START + 1);
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.RegistrarNotLive.selector, STEWARD, STRANGER));
        vm.prank(STRANGER);
        _resources.register(_stated(DIGEST));
    }

    function test_a_resource_is_not_registered_twice_whatever_its_state() public {
        bytes memory refusal = abi.encodeWithSelector(
            IResourceRegistry.ResourceAlreadyRegistered.selector,
            DIGEST,
            STEWARD
        );
        _register(DIGEST);
        _checkRefused(_stated(DIGEST), refusal);
        _register(SUCCESSOR);
        _supersede(DIGEST, SUCCESSOR);
        _checkRefused(_stated(DIGEST), refusal);
        _withdraw(DIGEST, 1);
        _checkRefused(_stated(DIGEST), refusal);
    }

    function _supersede(bytes32 digest, bytes32 successor) private {
        vm.prank(REGISTRAR);
        _resources.supersede(digest, STEWARD, successor, 1);
    }

    function _withdraw(bytes32 digest, uint8 reason) private {
        vm.prank(REGISTRAR);
        _resources.withdraw(digest, STEWARD, reason);
    }

    function _suspend() private {
        vm.prank(ADMIN);
        _stewards.suspend(STEWARD);
    }

    function _close() private {
        vm.prank(ADMIN);
        _stewards.close(REGISTRAR, uint64(block.timestamp));
    }

    function _checkRefused(IResourceRegistry.Registration memory stated, bytes memory refusal) private {
        vm.expectRevert(refusal);
        vm.prank(REGISTRAR);
        _resources.register(stated);
    }

    function _expectRegistered(IResourceRegistry.Registration memory stated) private {
        vm.expectEmit(address(_resources));
        emit IResourceRegistry.ResourceRegistered(
            stated.digest,
            stated.steward,
            REGISTRAR,
            stated.license,
            stated.cidCodec,
            stated.cidDigest,
            stated.metadata
        );
    }

    function _checkState(bytes32 digest, uint8 state, bytes32 successor) private view {
        IResourceRegistry.RegistrationState memory kept = _resources.registration(digest, STEWARD);
        vm.assertEq(kept.registrar, REGISTRAR, "registrar");
        vm.assertEq(kept.registeredAt, block.timestamp, "registered at");
        vm.assertEq(kept.state, state, "state");
        vm.assertEq(kept.licenseNumber, 1, "license number");
        vm.assertEq(kept.successor, successor, "successor");
        vm.assertEq(kept.relation, successor == 0 ? 0 : 1, "relation");
        vm.assertEq(kept.original, 0, "original");
    }
}
